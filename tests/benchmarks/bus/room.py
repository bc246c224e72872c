"""Where a measurement takes place: private engines, a virtual host and databases of its own, and processes that are stopped at the end."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from deploy.local import pids, ports
from deploy.local.college.settings import REPOSITORY
from deploy.local.engines.engines import Engines
from deploy.local.processes import Processes, Replica
from deploy.local.tools.keys import Keys
from deploy.local.urls import with_credentials
from services.common.persistence.migrate import migrate

READY_S, STOP_S = 60.0, 12.0
_TICKS = os.sysconf("SC_CLK_TCK")


class Room:
    """Starts components as `deploy.local` does, and reads what they cost from /proc."""

    def __init__(self, say) -> None:
        # RUN_DIR names other engines, for a measurement beside tests that use the usual ones.
        usual = Engines(REPOSITORY / ".run", say=say)
        given = os.environ.get("RUN_DIR")
        self.engines = Engines(given, say=say, packages=usual.packages) if given else usual
        self.engines.start()
        self.name = f"bus{uuid.uuid4().hex[:8]}"
        self.folder = self.engines.run_dir / self.name
        self.folder.mkdir(mode=0o700)
        self.engines.create_vhost(self.name)
        self.amqp_uri = self.engines.amqp_uri(self.name)
        self._keys = Keys(self.folder)
        self._keys.make(["bench"])
        self._processes = Processes(self.folder)
        self._databases: list[str] = []
        self._vhosts: list[str] = [self.name]
        self.started_in: dict[str, float] = {}

    # ---- databases ---------------------------------------------------------------------------------------------------

    def database(self, name: str, package: str) -> str:
        """Makes a migrated database and gives the address with which its service signs in."""
        full = f"{self.name}_{name}"
        password = self._keys.secrets()["password:bench"]
        self.engines.create_role(full, password)
        self.engines.create_database(full)
        self._databases.append(full)
        migrate(package, self.engines.admin_database_url(full), full)
        return with_credentials(self.engines.admin_database_url(full), full, password)

    def admin_url(self, name: str) -> str:
        """The address of a database for its owner."""
        return self.engines.admin_database_url(f"{self.name}_{name}")

    # ---- processes ---------------------------------------------------------------------------------------------------

    def another_vhost(self, name: str) -> str:
        """Makes a virtual host beside the measurement's own, and gives its address."""
        full = f"{self.name}-{name}"
        self.engines.create_vhost(full)
        self._vhosts.append(full)
        return self.engines.amqp_uri(full)

    def component(self, name: str, module: str, number: int = 1, checkout: Path = REPOSITORY, **environment: str) -> Replica:
        """Starts a component of ours as the site would, from this checkout or another, and waits until it says that it is ready."""
        health = ports.pick()
        shown = {
            "AMQP_URI": self.amqp_uri,
            "VERIFY_KEYS_FILE": str(self._keys.verify_keys),
            "SIGNING_KEY_FILE": str(self._keys.signing_key),
            "SEALING_KEY": self._keys.secrets()["SEALING_KEY"],
            "FACTORS_KEY": self._keys.secrets()["FACTORS_KEY"],
            "COOKIE_KEY": self._keys.secrets()["COOKIE_KEY"],
            "SEAL_CERTIFICATE_FILE": str(self._keys.seal_certificate),
            "SEAL_KEY_FILE": str(self._keys.seal_key),
            "COLLEGE_PROFILE": str(checkout / "deploy/colleges/crpo"),
            "FILES_ROOT": str(self.folder / "files"),
            "PUBLIC_URL": "http://127.0.0.1",
            "HEALTH_PORT": str(health),
            "LOG_LEVEL": "INFO",
            "RATE_LIMIT_FACTOR": "0",
            **environment,
        }
        argv = [sys.executable, "-m", "services.common.runtime.launch", module]
        return self._started(name, number, argv, shown, f"http://127.0.0.1:{health}/readyz", checkout)

    def program(self, name: str, *argv: str, ready: str | None = None, number: int = 1, **environment: str) -> Replica:
        """Starts a program of the benchmark; `ready` is an address that answers when it is."""
        command = [sys.executable, "-m", *argv]
        return self._started(name, number, command, {"AMQP_URI": self.amqp_uri, **environment}, ready)

    def _started(
        self, name: str, number: int, argv: list[str], environment: dict[str, str], ready: str | None, checkout: Path = REPOSITORY
    ) -> Replica:
        began = time.monotonic()
        shown = {"PYTHONPATH": str(checkout), "PYTHONUNBUFFERED": "1", **environment}
        replica = self._processes.start(name, number, argv, shown, checkout)
        while ready and not answers(ready):
            if not pids.is_alive(replica.identity) or time.monotonic() - began > READY_S:
                raise RuntimeError(f"{name} did not get ready: {self._processes.log(name, number).read_text()[-3000:]}")
            time.sleep(0.02)
        self.started_in[name] = time.monotonic() - began
        return replica

    def stop(self, *replicas: Replica) -> None:
        """Stops processes."""
        self._processes.stop(list(replicas), STOP_S)

    def load(self, url: str, requests: int, at_once: int, paths: Path | None = None) -> dict[str, Any]:
        """Lets a client of its own process make the requests; gives what it measured. Raises RuntimeError if any failed."""
        more = [str(paths)] if paths else []
        command = [sys.executable, "-m", "tests.benchmarks.bus.client", url, str(requests), str(at_once), *more]
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=300, check=True)
        measured: dict[str, Any] = json.loads(done.stdout)
        if measured["errors"]:
            raise RuntimeError(f"{measured['errors']} of {requests} requests to {url} failed")
        return measured

    # ---- what it costs -----------------------------------------------------------------------------------------------

    def broker_cpu(self) -> float:
        """Seconds of processor time that the broker has used; 0 for one that is not ours to look at."""
        pid = self.engines.broker.pid()
        return cpu([pid]) if pid else 0.0

    def database_cpu(self) -> float:
        """Seconds of processor time that the database server has used, ended connections included."""
        pid = self.engines.database.pid()
        return cpu([pid, *pids.children(pid)], ended=True) if pid else 0.0

    def close(self) -> None:
        """Stops everything and removes the virtual host, the databases and the folder."""
        self._processes.stop(self._processes.running(), STOP_S)
        for name in self._vhosts:
            self.engines.delete_vhost(name)
        for name in self._databases:
            self.engines.drop_database(name)
            self.engines.admin.drop_role(name)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.engines.stop()


def cpu(processes: Iterable[int], ended: bool = False) -> float:
    """Seconds of processor time that processes have used, with that of their ended children if asked."""
    ticks = 0
    for pid in processes:
        with suppress(FileNotFoundError, ProcessLookupError):
            text = Path(f"/proc/{pid}/stat").read_text()
            fields = text[text.rindex(")") + 2 :].split()
            ticks += sum(int(field) for field in fields[11 : 15 if ended else 13])
    return ticks / _TICKS


def answers(url: str) -> bool:
    """Says whether an address answers 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - an address of our own
            return response.status == 200
    except OSError:
        return False
