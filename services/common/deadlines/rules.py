"""The rule of a deadline: what it counts from, how long, and what comes before and after it. Data of a college's profile."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Protocol

from dateutil.relativedelta import relativedelta

PASSED = "passed"
_REMINDER = "reminder"
A_DAY = timedelta(days=1)
_MONTHS_DIFFER_BY = (
    5  # days: counted back from its end, a month may be three days longer; and the zones, and the day that is under way
)


class DayOfTheYear(Protocol):
    """A day of every year, such as 31 December."""

    def in_year(self, year: int) -> date:
        """That day of a year."""


@dataclass(frozen=True)
class Rule:
    """By when something is due: so many `days` or `months` after the moment that `counts_from` names, or the next such day of the year (`on`).

    Where it ends with the college's day, that day is the last one in time, as a whole (F44); else the time of day counts too. `reminders` are
    days before (negative) and after the last day.
    """

    code: str
    counts_from: str
    days: int | None = None
    months: int | None = None
    on: DayOfTheYear | None = None
    ends_with_day: bool = True
    reminders: tuple[int, ...] = ()
    can_be_paused: bool = False

    def unadjusted_end(self, begins: datetime) -> datetime:
        """Gives the moment that ends it, by the clock on the college's wall (without a zone, as is what it begins with). Pure."""
        if self.on is not None:
            day = self.on.in_year(begins.year)
            if day < begins.date():
                day = self.on.in_year(begins.year + 1)
            return datetime.combine(day, time()) + (A_DAY if self.ends_with_day else timedelta())
        end = begins + relativedelta(days=self.days or 0, months=self.months or 0)
        return end_of_day(end) if self.ends_with_day else end

    def latest_begin(self, now: datetime) -> datetime:
        """Gives a moment so that nothing that began after it has a step to take now: what can be passed over unread. Pure.

        Adjustments only put things off, so a rule that counts days or months says it; a day of the year may come at once.
        """
        if self.on is not None:
            return now
        first = min((0, *self.reminders))
        return now - relativedelta(days=(self.days or 0) + first - _MONTHS_DIFFER_BY, months=self.months or 0)

    def as_judged(self) -> Mapping[str, Any]:
        """Gives what the rule says in numbers, for the evidence of what was done by it (B16)."""
        length = {"days": self.days, "months": self.months, "on": str(self.on.in_year(2001))[5:] if self.on else None}
        ends = {"counts_from": self.counts_from, "ends_with_day": self.ends_with_day}
        return {"code": self.code} | {name: value for name, value in length.items() if value is not None} | ends


def reminder(days: int) -> str:
    """Names the step of a reminder, so many days before (negative) or after the last day."""
    return f"{_REMINDER}{days:+d}"


def end_of_day(moment: datetime) -> datetime:
    """Gives the midnight that ends the day of a moment. Pure."""
    return datetime.combine(moment.date(), time()) + A_DAY
