"""Days that can be, by what they mean: one that has been, one that is to come, the last of a period. Pure.

Each rule gives the code of what is wrong (services.common.kernel.validation has the words), or nothing. `today` is the day in the zone that
counts; a contract, which knows no zone, takes the one of those that are today somewhere which refuses least.
"""

import datetime as dt

FIRST_YEAR, LAST_YEAR = 1900, 2100
_EAST, _WEST = dt.timedelta(hours=14), dt.timedelta(hours=12)  # how far the calendars of the earth are from UTC


def any_day(day: dt.date) -> str | None:
    """A day that people alive have to do with."""
    return None if FIRST_YEAR <= day.year <= LAST_YEAR else f"unlikely_year {FIRST_YEAR}–{LAST_YEAR}"


def past(day: dt.date, today: dt.date) -> str | None:
    """A day that has been, or is today: of birth, of a degree, of an issue."""
    return any_day(day) or ("in_the_future" if day > today else None)


def coming(day: dt.date, today: dt.date) -> str | None:
    """A day that is to come, or is today: by which something is due, with which something ends."""
    return any_day(day) or ("in_the_past" if day < today else None)


def in_order(first: dt.date | None, last: dt.date | None, name: str) -> str | None:
    """The last day of a period whose first is called `name`; both are in it, and either may be open."""
    return f"earlier_than {name}" if first and last and last < first else None


def latest_today(now: dt.datetime) -> dt.date:
    """The day that it is where it is latest on earth."""
    return (now + _EAST).date()


def earliest_today(now: dt.datetime) -> dt.date:
    """The day that it is where it is earliest on earth."""
    return (now - _WEST).date()
