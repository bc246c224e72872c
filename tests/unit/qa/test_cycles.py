"""The days of PD cycles (R9)."""

from dataclasses import replace
from datetime import date

import pytest

from services.common.kernel import clock
from services.contracts.college import load_college
from services.contracts.college.deadlines import ATTESTATION
from services.contracts.college.schema_fields import MonthDay
from services.qa.cycles import first_cycle, first_due_year
from tests.support.places import ROOT


@pytest.fixture(scope="module")
def college():
    return load_college(str(ROOT / "deploy/colleges/crpo")).at(clock.now())


@pytest.fixture(scope="module")
def rules(college):
    return college.professional_development


@pytest.mark.parametrize(
    ("registered_on", "due_on"),
    [
        (date(2026, 1, 1), date(2028, 12, 31)),
        (date(2026, 12, 31), date(2028, 12, 31)),
        (date(2027, 1, 1), date(2029, 12, 31)),
        (date(2028, 2, 29), date(2030, 12, 31)),
    ],
)
def test_the_attestation_is_due_in_the_next_year_of_the_same_parity(college, registered_on, due_on):
    cycle = first_cycle(registered_on, college)
    assert (cycle.starts_on, cycle.ends_on, cycle.attestation_due_on) == (registered_on, due_on, due_on)
    assert cycle.attestation_opens_on == date(due_on.year, 11, 1)
    assert due_on.year % 2 == registered_on.year % 2


def test_a_college_may_have_the_opposite_parity(rules):
    cycle = replace(rules.cycle, due_year_parity="opposite")
    assert [first_due_year(date(year, 6, 1), cycle) for year in (2026, 2027)] == [2027, 2028]


def test_a_yearly_cycle_is_never_due_in_the_year_of_registration(rules):
    assert first_due_year(date(2026, 12, 31), replace(rules.cycle, years=1, due_year_parity="opposite")) == 2027


def test_an_attestation_due_early_in_a_year_opens_in_the_year_before(college):
    early = [replace(rule, on=MonthDay(3, 31)) if rule.code == ATTESTATION else rule for rule in college.deadlines]
    cycle = first_cycle(date(2026, 11, 23), replace(college, deadlines=tuple(early)))
    assert (cycle.attestation_opens_on, cycle.attestation_due_on) == (date(2027, 11, 1), date(2028, 3, 31))


@pytest.mark.parametrize(
    ("registered_on", "due_on"),
    [
        (date(2026, 11, 23), date(2027, 1, 22)),
        (date(2026, 12, 31), date(2027, 3, 1)),
        (date(2027, 12, 31), date(2028, 2, 29)),  # a leap year
        (date(2028, 1, 1), date(2028, 3, 1)),
        (date(2027, 1, 1), date(2027, 3, 2)),
    ],
)
def test_a_new_registrant_has_sixty_days_for_the_self_assessment(college, registered_on, due_on):
    assert first_cycle(registered_on, college).self_assessment_due_on == due_on
