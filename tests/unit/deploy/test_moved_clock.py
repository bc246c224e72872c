"""The operator's clock: what a step means, and whose clock nothing moves."""

from datetime import UTC, datetime, timedelta

import pytest

from deploy.local.errors import OperatorError
from deploy.local.tools.moved_clock import move, offset_after
from services.common.kernel import clock

ZONE = "America/Toronto"
REAL = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)  # noon in Toronto


def after(step, offset=timedelta()):
    return (REAL + offset_after(step, REAL, offset, ZONE)).isoformat()


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        ("+2hours", "2026-11-30T19:00:00+00:00"),
        ("+1day", "2026-12-01T17:00:00+00:00"),
        ("+3months", "2027-02-28T17:00:00+00:00"),
        ("+6months", "2027-05-30T16:00:00+00:00"),  # noon there too, in summer time
        ("+1year", "2027-11-30T17:00:00+00:00"),
        ("2027-04-01T09:00", "2027-04-01T13:00:00+00:00"),
        ("2027-04-01", "2027-04-01T04:00:00+00:00"),
        ("2027-04-01T09:00+00:00", "2027-04-01T09:00:00+00:00"),
        ("back", "2026-11-30T17:00:00+00:00"),
    ],
)
def test_a_step_counts_by_the_colleges_calendar(step, shown):
    assert after(step) == shown


def test_steps_add_up():
    assert after("+18months", timedelta(days=1)) == "2028-06-01T16:00:00+00:00"


@pytest.mark.parametrize("step", ["2026-11-30T11:59", "2020-01-01", "-3days", "soon", "+3", "+9999years"])
def test_a_step_back_and_what_is_no_step_are_refused(step):
    with pytest.raises(OperatorError):
        after(step)


def test_the_clock_of_a_site_is_moved_and_put_back_by_its_file(tmp_path):
    file = tmp_path / "clock"
    assert move(file, None, ZONE).endswith("the true time")
    assert "ahead of the true time by 3 days" in move(file, "+3days", ZONE)
    assert clock.read_offset(file) > timedelta(days=2)
    assert move(file, "back", ZONE).endswith("the true time")


def test_the_clock_of_a_site_that_people_may_reach_stays():
    with pytest.raises(OperatorError, match="nothing moves their time"):
        move(None, "+3days", ZONE)
