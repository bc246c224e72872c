"""The words and days of dashboard notices (F34, F43, F44)."""

from dataclasses import replace
from datetime import date

import pytest

from services.contracts.qa import PdCycle
from services.qa.notices import notices

CYCLE = PdCycle(
    starts_on=date(2026, 11, 23),
    ends_on=date(2028, 12, 31),
    required_hours=40,
    attestation_opens_on=date(2028, 11, 1),
    attestation_due_on=date(2028, 12, 31),
    self_assessment_due_on=date(2027, 1, 22),
)


def codes(today, cycle=CYCLE):
    return [notice.code for notice in notices(cycle, today)]


def test_a_notice_says_what_is_due_and_when_in_both_languages():
    [notice] = notices(CYCLE, date(2026, 11, 23))
    assert notice.words.en == "Your self-assessment is due by January 22, 2027."
    assert notice.words.fr == "Votre auto-évaluation doit être soumise au plus tard le 22 janvier 2027."
    assert notice.due_on == date(2027, 1, 22)
    assert notice.page is None  # no page is there yet, so none is promised


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2027, 1, 22), ["self_assessment_due"]),
        (date(2027, 1, 23), ["self_assessment_overdue"]),
        (date(2028, 10, 31), ["self_assessment_overdue"]),
        (date(2028, 11, 1), ["self_assessment_overdue", "attestation_due"]),
        (date(2028, 12, 31), ["self_assessment_overdue", "attestation_due"]),
        (date(2029, 1, 1), ["self_assessment_overdue", "attestation_overdue"]),
    ],
)
def test_due_days_are_inclusive_and_the_attestation_shows_from_its_opening(today, expected):
    assert codes(today) == expected


def test_a_cycle_that_owes_no_self_assessment_has_no_notice_of_it():
    assert codes(date(2027, 1, 1), replace(CYCLE, self_assessment_due_on=None)) == []
