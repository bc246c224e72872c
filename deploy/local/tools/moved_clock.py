"""The clock of a site: shown, and moved for a demonstration. All processes of the site follow within their next look at it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from deploy.local.errors import OperatorError
from services.common.kernel import clock

BACK = "back"
_STEP = re.compile(r"\+(\d{1,3})(years?|months?|days?|hours?)")
_LATEST = datetime(2200, 1, 1, tzinfo=UTC)


def offset_after(step: str, real: datetime, offset: timedelta, zone: str) -> timedelta:
    """Gives by how much the clock is ahead after a step: `+18months` from where it stands, `2027-04-01T09:00` in the college's zone, `back`.

    Raises OperatorError for anything else, and for a moment before the one that it shows: what was written since would lie in the future.
    """
    if step == BACK:
        return timedelta()
    shown = real + offset
    target = _target(step, shown, ZoneInfo(zone))
    if target < shown:
        raise OperatorError(
            f"The clock goes forward only: it shows {_written(shown, zone)}. `back` puts it back to the true time."
        )
    if target > _LATEST:
        raise OperatorError(f"The clock goes no further than {_LATEST:%Y}.")
    return timedelta(seconds=round((target - real).total_seconds()))


def _target(step: str, shown: datetime, zone: ZoneInfo) -> datetime:
    if found := _STEP.fullmatch(step):
        count, unit = int(found[1]), found[2].rstrip("s") + "s"
        if unit == "hours":
            return shown + timedelta(hours=count)
        # A month on is the same time of day by the college's clock, whatever summer time does.
        years, months, days = (count if unit == each else 0 for each in ("years", "months", "days"))
        return (shown.astimezone(zone) + relativedelta(years=years, months=months, days=days)).astimezone(UTC)
    try:
        named = datetime.fromisoformat(step)
    except ValueError:
        raise OperatorError(
            f"A clock is moved by +18months, +3days, +2hours, to 2027-04-01T09:00, or {BACK}, not {step!r}."
        ) from None
    return (named if named.tzinfo else named.replace(tzinfo=zone)).astimezone(UTC)


def move(file: Path | None, step: str | None, zone: str) -> str:
    """Moves the clock if a step is given, and says what it shows.

    Raises OperatorError for a site that people may reach: nothing moves its time.
    """
    if file is None:
        raise OperatorError("PUBLIC_URL is not this machine's own address: people may be there, and nothing moves their time.")
    real, offset = clock.real_now(), clock.read_offset(file)
    if step is not None:
        offset = offset_after(step, real, offset, zone)
        clock.write_offset(file, offset)
    shown = _written(real + offset, zone)
    return f"{shown}, ahead of the true time by {offset}" if offset else f"{shown}, the true time"


def _written(instant: datetime, zone: str) -> str:
    return f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})"
