"""By when something is due: computed from a rule and what puts it off, in the college's days."""

import uuid
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.common.deadlines.adjustments import EXTENSION, OUTAGE, PAUSE, Adjustment
from services.common.deadlines.due import due, steps_to_take
from services.common.deadlines.due import last_day as last_day_since
from services.common.deadlines.rules import Rule
from services.contracts.college.schema_fields import MonthDay

ZONE = "America/Toronto"


def at(text):
    """An instant by the clock on the wall in Toronto."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def rule(**values):
    return Rule("anything", "its beginning", **values)


def given(kind, *, days=0, starts=None, ends=None, on="2026-11-02T10:00"):
    moments = {"starts_at": at(starts) if starts else None, "ends_at": at(ends) if ends else None}
    return Adjustment(uuid.uuid4(), kind, "Why.", "account/1", at(on), days, **moments)


FIFTEEN = rule(days=15, can_be_paused=True, reminders=(-5, -1, 3))
BEGINS = at("2026-11-02T09:30")  # a Monday; the clocks went back the day before


def last_day(of, begins, *adjustments, now="2026-11-03T12:00"):
    found = due(of, begins, adjustments, ZONE, at(now))
    return found.last_day.isoformat()


# ---- the rule --------------------------------------------------------------------------------------------------------------


def test_the_last_day_is_in_time_as_a_whole_by_the_colleges_clock():
    found = due(FIFTEEN, BEGINS, (), ZONE, at("2026-11-17T23:59:59"))
    assert found.last_day == date(2026, 11, 17)
    assert found.at == at("2026-11-18T00:00")
    assert not found.passed and found.left == timedelta(seconds=1)
    assert due(FIFTEEN, BEGINS, (), ZONE, at("2026-11-18T00:00")).passed


def test_what_begins_late_in_the_evening_begins_on_the_colleges_day_and_not_on_utcs():
    assert last_day(FIFTEEN, datetime(2026, 11, 3, 4, 30, tzinfo=UTC)) == "2026-11-17"  # 23:30 the day before


def test_what_begins_with_a_day_has_as_many_days_as_what_begins_in_it():
    assert (
        last_day(FIFTEEN, at("2026-11-02T00:00")) == "2026-11-17" == last_day_since(FIFTEEN, date(2026, 11, 2), ZONE).isoformat()
    )


def test_a_day_of_the_year_is_the_next_one_and_that_day_itself_counts():
    attestation = rule(on=MonthDay(12, 31))
    assert last_day(attestation, at("2026-03-01T12:00")) == "2026-12-31"
    assert last_day(attestation, at("2026-12-31T23:00")) == "2026-12-31"
    assert due(attestation, at("2026-03-01T12:00"), (), ZONE, BEGINS).at == at("2027-01-01T00:00")


@pytest.mark.parametrize(
    ("begins", "months", "ends"),
    [("2026-08-31T10:00", 18, "2028-02-29"), ("2027-01-31T10:00", 1, "2027-02-28"), ("2026-11-30T10:00", 3, "2027-02-28")],
)
def test_months_end_on_the_last_day_of_a_shorter_month(begins, months, ends):
    assert last_day(rule(months=months), at(begins)) == ends


@pytest.mark.parametrize("begins", ["2026-03-01T10:00", "2026-10-25T10:00"])
def test_a_day_is_a_day_also_when_the_clocks_change(begins):
    """Fifteen days over the eighth of March are an hour shorter, over the first of November an hour longer."""
    found = due(FIFTEEN, at(begins), (), ZONE, at(begins))
    assert found.at.astimezone(ZoneInfo(ZONE)).time().isoformat() == "00:00:00"
    assert found.left in (timedelta(days=15, hours=13), timedelta(days=15, hours=15))


def test_where_the_time_of_day_counts_the_end_has_that_of_the_beginning():
    window = rule(days=10, ends_with_day=False)
    assert due(window, at("2026-10-30T15:00"), (), ZONE, BEGINS).at == at("2026-11-09T15:00")


# ---- what puts it off ------------------------------------------------------------------------------------------------------


def test_an_extension_gives_whole_days_whether_it_is_given_before_the_end_or_after():
    assert last_day(FIFTEEN, BEGINS, given(EXTENSION, days=7)) == "2026-11-24"
    late = due(FIFTEEN, BEGINS, [given(EXTENSION, days=7, on="2026-11-20T10:00")], ZONE, at("2026-11-20T10:00"))
    assert not late.passed and late.last_day == date(2026, 11, 24)


def test_an_extension_of_the_run_before_is_over_when_the_clock_begins_anew():
    before = given(EXTENSION, days=7, on="2026-10-20T10:00")
    assert last_day(FIFTEEN, BEGINS, before) == "2026-11-17"


def test_a_clock_that_stands_still_has_no_end_and_keeps_what_is_left():
    paused = given(PAUSE, starts="2026-11-10T00:00")
    for now in ("2026-11-11T10:00", "2027-05-01T10:00"):
        found = due(FIFTEEN, BEGINS, [paused], ZONE, at(now))
        assert found.paused and found.at is None and not found.passed
        assert found.left == timedelta(days=8)
        assert steps_to_take(FIFTEEN, found, ZONE, at(now)) == []


@pytest.mark.parametrize(
    ("starts", "ends", "last"),
    [
        ("2026-11-10T00:00", "2026-11-17T00:00", "2026-11-24"),  # a week
        ("2026-11-10T16:00", "2026-11-12T09:00", "2026-11-19"),  # from a date to a date, whatever the hour
        ("2026-11-10T09:00", "2026-11-10T15:00", "2026-11-17"),  # some hours of one day
        ("2026-10-01T00:00", "2026-11-04T09:30", "2026-11-19"),  # what stood still before it began is not its own
        ("2026-11-18T00:00", "2026-11-25T00:00", "2026-11-17"),  # it was over by then
        ("2027-03-01T00:00", "2027-03-20T00:00", "2026-11-17"),  # still to come
    ],
)
def test_what_a_clock_stood_still_is_added(starts, ends, last):
    assert last_day(FIFTEEN, BEGINS, given(PAUSE, starts=starts, ends=ends), now="2026-12-15T10:00") == last


def test_pauses_that_overlap_count_once():
    together = [given(PAUSE, starts=f"2026-11-{a}T00:00", ends=f"2026-11-{b}T00:00") for a, b in (("10", "12"), ("11", "13"))]
    assert last_day(FIFTEEN, BEGINS, *together, now="2026-12-15T10:00") == "2026-11-20"


def test_where_the_time_of_day_counts_a_clock_stands_still_by_the_hour():
    window, paused = rule(days=10, ends_with_day=False), given(PAUSE, starts="2026-11-10T09:00", ends="2026-11-10T15:00")
    assert due(window, BEGINS, [paused], ZONE, at("2026-12-15T10:00")).at == at("2026-11-12T15:30")


def test_a_second_pause_counts_only_if_the_first_one_had_left_time_for_it():
    first = given(PAUSE, starts="2026-11-10T00:00", ends="2026-11-20T00:00")
    second = given(PAUSE, starts="2026-11-25T00:00", ends="2026-11-30T00:00")
    assert last_day(FIFTEEN, BEGINS, first, second, now="2026-12-15T10:00") == "2026-12-02"
    assert last_day(FIFTEEN, BEGINS, second, now="2026-12-15T10:00") == "2026-11-17"


def test_a_pause_over_the_change_of_the_clocks_adds_whole_days():
    begins = at("2026-10-20T09:00")
    paused = given(PAUSE, starts="2026-10-30T00:00", ends="2026-11-06T00:00", on="2026-10-30T00:00")
    assert last_day(FIFTEEN, begins, paused, now="2026-12-15T10:00") == "2026-11-11"


@pytest.mark.parametrize(
    ("starts", "ends", "days", "last"),
    [
        ("2026-11-17T00:00", "2026-11-18T00:00", 0, "2026-11-18"),  # a holiday on the last day
        ("2026-11-16T08:00", "2026-11-19T11:00", 0, "2026-11-19"),  # away over it: the day of its end, as a whole
        ("2026-11-17T14:00", "2026-11-17T17:00", 0, "2026-11-17"),  # an afternoon of the last day, which has an evening
        ("2026-11-17T14:00", "2026-11-17T17:00", 1, "2026-11-18"),  # unless who declared it gave a day more
        ("2026-11-10T00:00", "2026-11-12T00:00", 0, "2026-11-17"),  # well before
        ("2026-11-18T00:00", "2026-11-20T00:00", 5, "2026-11-17"),  # after
    ],
)
def test_what_falls_due_while_the_college_is_away_falls_due_afterwards(starts, ends, days, last):
    assert last_day(FIFTEEN, BEGINS, given(OUTAGE, days=days, starts=starts, ends=ends)) == last


def test_a_holiday_after_an_outage_puts_it_off_again_and_an_extension_goes_first():
    outage = given(OUTAGE, starts="2026-11-17T00:00", ends="2026-11-18T00:00")
    holiday = given(OUTAGE, starts="2026-11-18T00:00", ends="2026-11-19T00:00")
    assert last_day(FIFTEEN, BEGINS, holiday, outage) == "2026-11-19"
    assert last_day(FIFTEEN, BEGINS, outage, given(EXTENSION, days=7)) == "2026-11-24"


# ---- what comes when -------------------------------------------------------------------------------------------------------


def steps(now, *adjustments, of=FIFTEEN, begins=BEGINS):
    return [step for step, _ in steps_to_take(of, due(of, begins, adjustments, ZONE, at(now)), ZONE, at(now))]


@pytest.mark.parametrize(
    ("now", "asked"),
    [
        ("2026-11-11T23:59", []),
        ("2026-11-12T00:00", ["reminder-5"]),
        ("2026-11-16T08:00", ["reminder-1"]),
        ("2026-11-17T23:59", ["reminder-1"]),
        ("2026-11-18T00:00", ["passed"]),
        ("2026-11-20T00:00", ["passed", "reminder+3"]),
    ],
)
def test_reminders_come_with_their_day_and_only_the_last_one_of_those_missed(now, asked):
    assert steps(now) == asked


def test_a_reminder_waits_for_as_long_as_the_clock_stood_still():
    paused = given(PAUSE, starts="2026-11-10T00:00", ends="2026-11-17T00:00")
    assert steps("2026-11-12T12:00", paused) == []
    assert steps("2026-11-18T12:00", paused) == []
    assert steps("2026-11-19T00:00", paused) == ["reminder-5"]


def test_a_reminder_of_more_time_than_there_ever_was_does_not_come_with_the_beginning():
    assert steps("2026-11-02T10:00", of=rule(days=3, reminders=(-30,))) == []


@pytest.mark.parametrize(
    "of", [FIFTEEN, rule(months=18, reminders=(-30,)), rule(months=1), rule(on=MonthDay(12, 31), reminders=(-60,))]
)
def test_nothing_that_asks_for_a_step_is_passed_over_unread(of):
    """For each beginning of four years: whenever something is asked for, the beginning lies before the bound."""
    for number in range(1461):
        begins = at("2024-01-01T23:30") + timedelta(days=number)
        found = due(of, begins, (), ZONE, begins)
        first = min((0, *of.reminders)) - 1
        moment = found.at + timedelta(days=first)
        while not steps_to_take(of, due(of, begins, (), ZONE, moment), ZONE, moment):
            moment += timedelta(hours=6)
        assert begins <= of.latest_begin(moment)


def test_what_a_thing_was_judged_by_says_the_rules_numbers_and_no_reason():
    told = FIFTEEN.as_judged()
    assert told == {"code": "anything", "days": 15, "counts_from": "its beginning", "ends_with_day": True}
    assert "Why." not in str(given(PAUSE, starts="2026-11-10T00:00").as_judged())
