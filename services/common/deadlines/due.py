"""When something is due: computed from its rule and its adjustments each time that it is asked, and kept nowhere.

All is counted by the clock on the college's wall: a day has 23 or 25 hours when the clocks change, and still is a day.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.common.deadlines.adjustments import EXTENSION, OUTAGE, PAUSE, Adjustment
from services.common.deadlines.rules import A_DAY, PASSED, Rule, end_of_day, reminder
from services.common.kernel.present import present


@dataclass(frozen=True)
class Due:
    """By when something is due.

    `at` is the first instant that is too late (UTC), `last_day` the last day in time; neither is known while the clock stands still.
    `left` is the time that remains, as of the instant asked about; what is late has a negative one.
    """

    begins: datetime
    at: datetime | None
    last_day: date | None
    left: timedelta
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def paused(self) -> bool:
        """Whether the clock stands still."""
        return self.at is None

    @property
    def days_left(self) -> int:
        """How many days are left, the one under way included; none once it is late."""
        return max(0, -(-self.left // A_DAY))

    @property
    def passed(self) -> bool:
        """Whether it is too late."""
        return self.at is not None and self.left <= timedelta()


def due(rule: Rule, begins: datetime, adjustments: Iterable[Adjustment], zone: str, now: datetime) -> Due:
    """Says by when something is due that began at an instant, as known at `now`. Pure.

    An extension counts in the run in which it was given, a pause from when it begins if the time was not over by then.
    """
    local = ZoneInfo(zone)
    given = tuple(adjustments)
    more = sum(each.days for each in given if each.kind == EXTENSION and each.given_at >= begins)
    wall = _wall(begins, local)
    planned = rule.unadjusted_end(wall) + more * A_DAY
    still = timedelta()
    end = planned
    for starts, ends in _pauses(given, begins, now):
        if _wall(starts, local) >= end:
            break
        if ends is None:
            return Due(begins, None, None, end - _wall(starts, local), given)
        still += _length(rule, _wall(starts, local), _wall(ends, local))
        end = planned + still
    for outage in sorted((each for each in given if each.kind == OUTAGE), key=lambda each: (each.starts_at, each.id)):
        end = _after(rule, outage, end, local)
    at = end.replace(tzinfo=local).astimezone(UTC)
    return Due(begins, at, (end - timedelta(microseconds=1)).date(), at - now, given)


def last_day(rule: Rule, day: date, zone: str) -> date:
    """Gives the last day in time of what began on a day of the college, where nothing puts it off. Pure."""
    began = _begin_of(day, zone)
    return present(due(rule, began, (), zone, began).last_day)


def steps_to_take(rule: Rule, found: Due, zone: str, now: datetime) -> list[tuple[str, int]]:
    """Says which steps a deadline asks for by now, in order, each with the days of its reminder. Pure.

    Of reminders it is the last one that has come: what was missed is not made up for, and one about more time than there ever was does not come
    with the beginning. Once it has passed, that comes first.
    """
    if found.at is None or found.last_day is None:
        return []
    begun = [
        days
        for days in sorted(rule.reminders)
        if found.begins < _begin_of(found.last_day + days * A_DAY, zone) <= now and (days > 0) == found.passed
    ]
    reminders = [(reminder(days), days) for days in begun[-1:]]
    return [(PASSED, 0), *reminders] if found.passed else reminders


def _pauses(given: Iterable[Adjustment], begins: datetime, now: datetime) -> Iterator[tuple[datetime, datetime | None]]:
    """The times at which the clock stood still, in order and joined where they overlap; the last one has no end if it stands still now."""
    spans = [(max(each.starts_at, begins), each.ends_at) for each in given if each.kind == PAUSE and each.starts_at is not None]
    under_way = [
        (starts, ends if ends is not None and ends <= now else None) for starts, ends in sorted(spans, key=lambda span: span[0])
    ]
    joined: list[tuple[datetime, datetime | None]] = []
    for starts, ends in under_way:
        if starts > now or (ends is not None and ends <= starts):
            continue
        if joined and (joined[-1][1] is None or starts <= joined[-1][1]):
            before = joined[-1][1]
            joined[-1] = (joined[-1][0], None if before is None or ends is None else max(before, ends))
        else:
            joined.append((starts, ends))
    yield from joined


def _after(rule: Rule, outage: Adjustment, end: datetime, local: ZoneInfo) -> datetime:
    if outage.starts_at is None or outage.ends_at is None:
        return end
    starts, ends = _wall(outage.starts_at, local), _wall(outage.ends_at, local)
    first_end = end_of_day(ends) if rule.ends_with_day else ends
    return first_end + outage.days * A_DAY if starts < end <= first_end else end


def _length(rule: Rule, starts: datetime, ends: datetime) -> timedelta:
    # Whole days are counted as people count them, from a date to a date, whatever the hour.
    return ends.date() - starts.date() if rule.ends_with_day else ends - starts


def _wall(instant: datetime, local: ZoneInfo) -> datetime:
    return instant.astimezone(local).replace(tzinfo=None)


def _begin_of(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
