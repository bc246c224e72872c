"""Time: UTC in tables and on the bus, the college's zone in rules. One clock, which tests, journeys and a demonstration can move.

`now()` is the college's time, and the only source of it: what people did and when, by when something is due, how long it is kept, what a
fact and the audit trail say. It follows the file that `follow` names (CLOCK_FILE; never in production: `security/clock_guard.py`), so that
all processes of a site move together.

`real_now()`, `time.time()` and the database's own `now()` are the machinery's, and nothing moves them: tokens and signatures, sessions,
second factors, what is slowed down, deadlines of calls, claims, idempotency keys, pruning, attempts at sending. So who is signed in stays so
when the college's time goes forward by months. What one of the two clocks wrote is compared with that one only.
"""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo


class ClockFileMalformed(RuntimeError):
    """The file that moves the clock holds something else than a whole number of seconds."""


class _ClockFile:
    """The file that says by how much the college's time is ahead. It is read again when it has changed, which costs one look at its state."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._state: tuple[int, int] | None = None
        self._ahead = timedelta()

    def ahead(self) -> timedelta:
        """Gives how far the college's time is ahead: nothing without a file. Raises ClockFileMalformed."""
        try:
            found = os.stat(self._path)  # noqa: PTH116 - the cheapest look, as every use case asks
        except FileNotFoundError:
            return timedelta()
        state = (found.st_mtime_ns, found.st_ino)
        if state != self._state:
            self._ahead, self._state = read_offset(self._path), state
        return self._ahead


_file: _ClockFile | None = None


def follow(path: Path | None) -> None:
    """Lets the college's time follow a file from now on, or (without one) the machine's clock. Raises ClockFileMalformed."""
    global _file  # noqa: PLW0603 - a process has one clock
    _file = _ClockFile(path) if path is not None else None
    now()


def read_offset(path: Path) -> timedelta:
    """Reads by how much a file moves the clock: nothing without a file. Raises ClockFileMalformed."""
    try:
        written = path.read_text()
    except FileNotFoundError:
        return timedelta()
    try:
        return timedelta(seconds=int(written))
    except (ValueError, OverflowError):
        raise ClockFileMalformed(f"{path} must hold a whole number of seconds, not {written[:40]!r}") from None


def write_offset(path: Path, offset: timedelta) -> None:
    """Moves the clock of all that follow a file; the file is replaced as a whole, so that nobody reads half of it."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.write_text(f"{round(offset.total_seconds())}\n")
    half.replace(path)


def real_now() -> datetime:
    """Gives the machine's instant in UTC, which nothing moves: for the machinery."""
    return datetime.now(UTC)


def now() -> datetime:
    """Gives the present instant of the college in UTC."""
    instant = real_now()
    return instant if _file is None else instant + _file.ahead()


def local_date(instant: datetime, zone: str) -> date:
    """Gives the calendar day that `instant` falls on in `zone`: a deadline ends with the college's day, not with UTC's (F44)."""
    return instant.astimezone(ZoneInfo(zone)).date()
