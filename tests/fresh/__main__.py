"""Tries the two commands on empty machines: `python -m tests.fresh [CASE…]`. Needs root and debootstrap; prints a table with seconds.

Each case is a clone of HEAD on a Debian of its own: `make demo`, once more, and a few tests with a browser among them.
"""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.fresh.machine import ROOT, USER, Machine, base

FOLDER = ROOT / ".run" / "fresh"
TESTS = 'ARGS=-k "test_passkeys or test_topology or test_what_the_scanner_finds"'
USUAL_PORTS = (25, 4369, 5432, 5672, 8080, 15672, 25672)
_LISTEN = (
    "import socket, sys, time\nheld = [socket.create_server(('0.0.0.0', int(port))) for port in sys.argv[1:]]\ntime.sleep(86400)"
)


@dataclass(frozen=True)
class Case:
    """A machine, and what is special about it. `before` is run as root; `broken_off` are the seconds after which first tries are killed."""

    name: str
    user: str = USER
    place: str = f"/home/{USER}/college"
    before: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    broken_off: tuple[int, ...] = ()
    busy_ports: bool = False
    loops: int = 0


CASES = (
    Case("root", user="root", place="/root/college"),
    Case("user"),
    Case("chromium-common", before=("apt-get -qq update", "apt-get -qq install -y --no-install-recommends chromium-common")),
    Case("busy-ports", busy_ports=True),
    Case("tmpdir", environment={"TMPDIR": "/srv/elsewhere"}, before=("install -d -m 1777 /srv/elsewhere",)),
    Case("odd-path", place=f"/home/{USER}/le collège d'été"),
    Case("odd-path-root", user="root", place="/srv/le collège d'été"),
    Case("load", loops=4),
    Case("interrupted", broken_off=(3, 9, 20, 35)),
)


def tried(case: Case, empty: Path) -> dict[str, str]:
    """Runs a case; gives the seconds of each step, or what it ended with."""
    log = FOLDER / f"{case.name}.log"
    log.unlink(missing_ok=True)
    root = FOLDER / case.name
    shutil.rmtree(root, ignore_errors=True)
    machine = Machine(root, empty, case.place, case.user)
    for command in case.before:
        if machine.run("sh", "-c", command, user="root", cwd="/", environment={"DEBIAN_FRONTEND": "noninteractive"}, log=log):
            return {"before": "failed"}
    beside = [subprocess.Popen(["nice", sys.executable, "-c", "while True: pass"]) for _ in range(case.loops)]
    if case.busy_ports:
        # Those that are taken on this machine already need no other to take them.
        beside += [
            subprocess.Popen([sys.executable, "-c", _LISTEN, str(port)], stderr=subprocess.DEVNULL) for port in USUAL_PORTS
        ]
    try:
        for seconds in case.broken_off:
            machine.run("timeout", "-s", "KILL", str(seconds), "make", "demo", environment=case.environment, log=log)
        steps = {"demo": ("make", "demo"), "again": ("make", "demo"), "tests": ("make", "test", TESTS)}
        return {step: _timed(machine, case, log, *command) for step, command in steps.items()}
    finally:
        for process in beside:
            process.kill()
            process.wait()
        machine.remove()


def _timed(machine: Machine, case: Case, log: Path, *command: str) -> str:
    began = time.monotonic()
    code = machine.run(*command, environment=case.environment, log=log)
    return f"{time.monotonic() - began:.0f} s" + ("" if code == 0 else f" FAILED ({code})")


def main(names: list[str]) -> int:
    """Runs the named cases, or all; 0 when every step succeeded."""
    if os.getuid() != 0 or shutil.which("debootstrap") is None or shutil.which("unshare") is None:
        print("skipped: empty machines need root, debootstrap and unshare here")
        return 0
    empty, rows = base(FOLDER), {}
    for case in CASES:
        if not names or case.name in names:
            print(f"{case.name} … (log: {FOLDER / case.name}.log)", flush=True)
            rows[case.name] = tried(case, empty)
            print(f"{case.name:<16}", *(f"{step} {took}" for step, took in rows[case.name].items()), sep="  ", flush=True)
    print(f"\n{'machine':<16}{'make demo':>14}{'again':>14}{'make test -k …':>18}")
    for name, row in rows.items():
        print(f"{name:<16}{row.get('demo', '-'):>14}{row.get('again', '-'):>14}{row.get('tests', '-'):>18}")
    return int(any("FAILED" in took or took == "failed" for row in rows.values() for took in row.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
