"""The proxy of `deploy/docker/proxy` in front of a site on this machine: its own Caddyfile, on ports of ours."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
import urllib3

from deploy.local import ports
from deploy.local.college.settings import REPOSITORY
from deploy.local.engines.packages import Programs

CADDYFILE = REPOSITORY / "deploy/docker/proxy/Caddyfile"
READY_S = 30.0


@contextmanager
def proxy(programs: Programs, gateway_port: int, folder: Path) -> Iterator[int]:
    """Runs Caddy in front of a gateway; gives the port where it speaks TLS. Raises TimeoutError if it does not answer."""
    programs.ensure(["caddy"])
    folder.mkdir(parents=True, exist_ok=True)
    port = ports.pick()
    environment = {
        **programs.environment("caddy"),
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
        "COLLEGE_HOST": "localhost",
        "LISTEN_HTTP": str(ports.pick([port])),
        "LISTEN_HTTPS": str(port),
        "GATEWAY_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(gateway_port),
    }
    command = [str(programs.path("caddy")), "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"]
    with (folder / "caddy.log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def memory_of(pid: int, field: str = "VmHWM") -> float:
    """Gives a process's memory in MB: `VmHWM` the most since the last `forget_peak`, `VmRSS` now."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(field)).split()[1]) / 1024


def forget_peak(pid: int) -> None:
    """Begins a new count of the most memory that a process had."""
    if os.access(f"/proc/{pid}/clear_refs", os.W_OK):
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    until = time.monotonic() + READY_S
    while time.monotonic() < until and process.poll() is None:
        try:
            # Its certificate is of an authority that it has just made for itself.
            requests.get(f"https://localhost:{port}/healthz", timeout=2, verify=False)  # noqa: S501
            return
        except requests.RequestException:
            time.sleep(0.2)
    raise TimeoutError(f"Caddy does not answer on port {port}; its log is beside its data")
