"""Time: UTC in tables and on the bus, the college's zone in rules."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Gives the present instant in UTC."""
    return datetime.now(UTC)


def local_date(instant: datetime, zone: str) -> date:
    """Gives the calendar day that `instant` falls on in `zone`: a deadline ends with the college's day, not with UTC's (F44)."""
    return instant.astimezone(ZoneInfo(zone)).date()
