"""The time, in the two forms the provider speaks: a moment in UTC and its ISO 8601 text."""

from collections.abc import Callable
from datetime import UTC, datetime

from services.common.kernel import clock as college_clock

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the present moment in UTC, as the college's clock has it: a demonstration moves both together."""
    return college_clock.now()


def iso(moment: datetime) -> str:
    """Return the moment as ISO 8601 in UTC, to the millisecond, ending in Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
