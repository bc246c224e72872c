"""Runs that end themselves, such as tests and demonstrations: whatever ended one, the next start ends what it left running.

A run marks its environment, which everything that it starts inherits however deep, also a process that has cut itself loose. The mark names
the process whose run it is and the folder; when that process is gone, what still bears its mark is a leftover.
"""

import ctypes
import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.local import pids
from deploy.local.pids import Identity

VARIABLE = "COLLEGE_RUN"
_PR_SET_PDEATHSIG = 1


def begin(folder: Path) -> None:
    """From now on, what this process starts is known as part of its run in `folder`.

    The signals that end it let it stop what it started: a closed terminal and a kill are as an interrupt.
    """
    me = pids.own()
    os.environ[VARIABLE] = f"{me.pid} {me.began} {folder.resolve()}"
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


def end_with_parent() -> None:
    """Have the kernel end this process, as `begin` lets it be ended, when the one that started it is gone, also by SIGKILL."""
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise KeyboardInterrupt


def mark() -> str | None:
    """The mark of the run that this process belongs to; None when it belongs to none."""
    return os.environ.get(VARIABLE)


def unmarked(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment for what others use too, and no run may end."""
    return {name: value for name, value in environment.items() if name != VARIABLE}


def is_over(mark: str) -> bool:
    """Whether the process that set a mark is gone."""
    return not pids.is_alive(_owner(mark))


def end_leftovers(folder: Path) -> int:
    """Kill what runs of `folder` have left whose own process is gone; how many there were. Other folders' are let alone."""
    ended = 0
    # What is killed may itself have begun a run: then that is over, too.
    while found := [identity for identity, mark in _marked(folder.resolve()) if is_over(mark)]:
        for identity in found:
            if pids.is_alive(identity):
                pids.send(identity.pid, signal.SIGKILL)
        ended += len(found)
        if stubborn := pids.wait_gone(found, 10):
            raise TimeoutError(
                f"processes that an earlier run left do not end: {', '.join(str(identity.pid) for identity in stubborn)}"
            )
    return ended


def _owner(mark: str) -> Identity:
    pid, began, _ = mark.split(" ", 2)
    return Identity(int(pid), int(began))


def _marked(folder: Path) -> Iterator[tuple[Identity, str]]:
    for identity, mark in pids.with_variable(VARIABLE):
        if identity.pid != os.getpid() and mark.split(" ", 2)[2] == str(folder):
            yield identity, mark
