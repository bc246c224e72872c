"""A connection's waits for its client: each has a phase and a deadline, and can be ended from outside.

One watch looks at all connections twice a second, so that a wait costs no timer of its own.
"""

import time
from enum import IntEnum
from typing import Any

import eventlet
from eventlet.hubs import get_hub, trampoline

PERIOD_S = 0.5


class Phase(IntEnum):
    """What a connection is at, in the order in which it gives way to others."""

    LEAVING = 0  # was told that it ends, and may still be sending
    IDLE = 1
    HEAD = 2
    BODY = 3
    ANSWER = 4


class WaitEnded(Exception):
    """The wait for the client is over, and nothing came of it."""


class TooSlow(WaitEnded):
    """The deadline of the wait has passed."""


class GaveWay(WaitEnded):
    """The place is needed for somebody else, or the gateway stops."""


class ClientGone(WaitEnded):
    """The client reads no more."""


class Waiter:
    """One that waits for its client, on a socket, in a phase.

    `moved` counts the bytes that came or went in the phase; `ending` says that the wait is about to be ended.
    """

    def __init__(self, fileno: int) -> None:
        self.phase = Phase.IDLE
        self.since = self.deadline = 0.0
        self.moved = 0
        self._fileno = fileno
        self._greenlet: Any = None
        self.ending = False

    def enter(self, phase: Phase, within_s: float) -> None:
        """Begins a phase, whose waits end `within_s` seconds from now unless the deadline is moved."""
        self.phase, self.moved = phase, 0
        self.since = time.monotonic()
        self.deadline = self.since + within_s

    def wait(self, write: bool = False) -> None:
        """Waits until the socket can be read (or written); raises TooSlow, GaveWay."""
        self._greenlet = eventlet.getcurrent()
        try:
            trampoline(self._fileno, read=not write, write=write)
        finally:
            self._greenlet = None
            self.ending = False

    @property
    def waits(self) -> bool:
        """Whether it waits for its client now, and that is not about to be ended."""
        return self._greenlet is not None and not self.ending

    def pace(self, now: float) -> float:
        """Gives the bytes a second of this phase."""
        return self.moved / max(now - self.since, 0.001)

    def end(self, why: type[WaitEnded]) -> None:
        """Ends the wait that it is in, as soon as the hub comes round; does nothing if it has got on by then."""
        self.ending = True
        get_hub().schedule_call_global(0, self._throw, why, self.since, self.deadline)

    def _throw(self, why: type[WaitEnded], since: float, deadline: float) -> None:
        # Runs in the hub, where nothing can happen between the look and the throw.
        if self._greenlet is not None and self.ending and (since, deadline) == (self.since, self.deadline):
            self._greenlet.throw(why())
