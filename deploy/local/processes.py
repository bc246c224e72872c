"""A site's processes: each replica has a pid record and a log file under the site's folder."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from deploy.local import pids
from deploy.local.pids import Identity
from deploy.local.runs import VARIABLE

# What a process may see of the operator's own environment: nothing that could hold a secret.
_INHERITED = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", VARIABLE)

# Processes this very Python started; kept so that they are waited for and leave no zombies.
_started: dict[int, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Replica:
    """One running process of a component; replicas are numbered from 1."""

    component: str
    number: int
    identity: Identity


class Processes:
    """The processes of one site, recorded under `folder`."""

    def __init__(self, folder: Path) -> None:
        self._records = folder / "pids"
        self.logs = folder / "logs"

    def start(self, component: str, number: int, argv: list[str], environment: Mapping[str, str], cwd: Path) -> Replica:
        """Start a replica detached from this terminal; one that runs already is returned as it is."""
        running = self.find(component, number)
        if running is not None:
            return running
        self._records.mkdir(parents=True, exist_ok=True)
        with open_log(self.log(component, number)) as log:
            process = subprocess.Popen(
                argv,
                env=inherited() | dict(environment),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        _started[process.pid] = process
        # The child has not been waited for, so its id cannot have been reused.
        identity = pids.identify(process.pid) or Identity(process.pid, 0)
        record = self._records / f"{component}.{number}.json"
        record.write_text(json.dumps({"pid": identity.pid, "began": identity.began}))
        return Replica(component, number, identity)

    def running(self, component: str | None = None) -> list[Replica]:
        """The live replicas, of one component or of all, by component and number."""
        found = []
        for record in self._records.glob("*.json"):
            name, number = record.stem.rsplit(".", 1)
            if component is None or name == component:
                replica = self.find(name, int(number))
                if replica is not None:
                    found.append(replica)
        return sorted(found, key=lambda replica: (replica.component, replica.number))

    def find(self, component: str, number: int) -> Replica | None:
        """The live replica with this number; None when it does not run, whoever has its old process id now."""
        try:
            record = json.loads((self._records / f"{component}.{number}.json").read_text())
        except (OSError, ValueError):
            return None
        identity = Identity(record["pid"], record["began"])
        _forget_finished(identity.pid)
        return Replica(component, number, identity) if pids.is_alive(identity) else None

    def exit_code(self, component: str, number: int) -> int | None:
        """How a replica that this Python started ended; None when unknown or still running."""
        try:
            pid = json.loads((self._records / f"{component}.{number}.json").read_text())["pid"]
        except (OSError, ValueError):
            return None
        process = _started.get(pid)
        return process.poll() if process is not None else None

    def log(self, component: str, number: int) -> Path:
        """The replica's log file, added to by each start."""
        return self.logs / f"{component}.{number}.log"

    def stop(self, replicas: list[Replica], timeout: float = 12.0) -> list[Replica]:
        """SIGTERM, wait, then SIGKILL; the replicas that had to be killed are returned."""
        self.signal(replicas, signal.SIGCONT)
        self.signal(replicas, signal.SIGTERM)
        stubborn = {identity.pid for identity in pids.wait_gone([replica.identity for replica in replicas], timeout)}
        killed = [replica for replica in replicas if replica.identity.pid in stubborn]
        self.kill(killed)
        return killed

    def kill(self, replicas: list[Replica]) -> None:
        """SIGKILL, and wait until they are gone."""
        self.signal(replicas, signal.SIGKILL)
        pids.wait_gone([replica.identity for replica in replicas], 5)

    def signal(self, replicas: list[Replica], sig: signal.Signals) -> None:
        """Send a signal to each replica that still runs."""
        for replica in replicas:
            if pids.is_alive(replica.identity):
                pids.send(replica.identity.pid, sig)


def inherited() -> dict[str, str]:
    """The part of this process's environment that components may see."""
    return {name: os.environ[name] for name in _INHERITED if name in os.environ}


def open_log(path: Path) -> IO[bytes]:
    """Open a log file for adding, its folder made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("ab")


def running_sites(folder: Path) -> list[str]:
    """The names of the sites under `folder` that have a live process."""
    return sorted(site.name for site in folder.glob("*") if Processes(site).running())


def python() -> str:
    """The interpreter components run on: the one we run on."""
    return sys.executable


def _forget_finished(pid: int) -> None:
    process = _started.get(pid)
    if process is not None:
        process.poll()
