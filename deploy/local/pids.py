"""Process identity from /proc, so that a reused process id is never taken for ours."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Identity:
    """A process id with the moment (clock ticks since boot) at which that process began."""

    pid: int
    began: int


def _stat(pid: int) -> list[str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # The command name is in parentheses and may hold spaces and parentheses itself.
    return text[text.rindex(")") + 2 :].split()


def identify(pid: int) -> Identity | None:
    """The live process with this id; None when there is none, or only a zombie nobody has waited for."""
    fields = _stat(pid)
    if fields is None or fields[0] in ("Z", "X"):
        return None
    return Identity(pid, int(fields[19]))


def own() -> Identity:
    """This process."""
    fields = _stat(os.getpid())
    return Identity(os.getpid(), int(fields[19]) if fields else 0)


def is_alive(identity: Identity) -> bool:
    """Whether that very process still runs."""
    return identify(identity.pid) == identity


def runs_with(pid: int, marker: str) -> bool:
    """Whether a live process has this id and `marker` in its command line."""
    if identify(pid) is None:
        return False
    try:
        return marker.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def children(pid: int) -> list[int]:
    """The direct children of a process."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields is not None and int(fields[1]) == pid:
                found.append(int(entry.name))
    return found


def with_variable(name: str) -> Iterator[tuple[Identity, str]]:
    """The processes, of those we may look into, that were started with an environment variable; and its value."""
    beginning = os.fsencode(f"{name}=")
    for entry in Path("/proc").iterdir():
        identity = identify(int(entry.name)) if entry.name.isdigit() else None
        try:
            variables = (entry / "environ").read_bytes().split(b"\0") if identity is not None else []
        except OSError:  # gone meanwhile, or another user's
            continue
        for variable in variables:
            if identity is not None and variable.startswith(beginning):
                yield identity, os.fsdecode(variable.removeprefix(beginning))


def name(pid: int) -> str:
    """The name of a process's program, as the kernel cuts it; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def send(pid: int, sig: signal.Signals) -> None:
    """Send a signal; a process that has just gone is no error."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, sig)


def wait_gone(identities: list[Identity], timeout: float) -> list[Identity]:
    """Wait until the processes are gone; those still there after `timeout` seconds are returned."""
    deadline = time.monotonic() + timeout
    while left := [identity for identity in identities if is_alive(identity)]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    return left


def uptime(identity: Identity) -> float:
    """Seconds since the process began."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) - identity.began / _TICKS_PER_SECOND


def memory(pid: int) -> int:
    """Resident memory in bytes; 0 when the process is gone."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
