"""Rules of the register: how numbers are read and how periods of a category are told."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from psycopg2.extras import DateTimeTZRange

from services.contracts.college import load_college
from services.contracts.registry.words import STATUSES
from services.registry.certificates import new_verification_code
from services.registry.register import category_periods, read_number
from tests.support.places import ROOT


@pytest.fixture(scope="module")
def college():
    return load_college(str(ROOT / "deploy/colleges/crpo"))


def entry(category, since, until):
    return SimpleNamespace(category=category, valid=DateTimeTZRange(since, until))


def at(year, month, day, hour=12):
    return datetime(year, month, day, hour, tzinfo=UTC)


def test_entries_that_keep_the_category_are_one_period(college):
    entries = [
        entry("rp_qualifying", at(2026, 1, 10), at(2026, 5, 1)),  # then the name changed
        entry("rp_qualifying", at(2026, 5, 1), at(2027, 3, 1)),
        entry("rp", at(2027, 3, 1), at(2030, 1, 1)),
        entry("rp_inactive", at(2030, 1, 1), at(2031, 1, 1)),
        entry("rp", at(2031, 1, 1), None),
    ]
    periods = [(one.category, one.since, one.until) for one in category_periods(college, entries)]
    assert periods == [
        ("rp_qualifying", date(2026, 1, 10), date(2027, 3, 1)),
        ("rp", date(2027, 3, 1), date(2030, 1, 1)),
        ("rp_inactive", date(2030, 1, 1), date(2031, 1, 1)),
        ("rp", date(2031, 1, 1), None),
    ]


def test_the_days_of_a_period_are_the_colleges(college):
    [period] = category_periods(college, [entry("rp", at(2027, 1, 1, 3), None)])
    assert period.since == date(2026, 12, 31)


def test_a_number_is_read_in_any_spacing_and_a_slip_is_noticed(college):
    number = college.numbering.registration.numbering.make(1234)
    assert read_number(college, f" {number[:3]}-{number[3:]} ") == number
    assert read_number(college, number[:-1] + str((int(number[-1]) + 1) % 10)) is None
    assert read_number(college, number[1] + number[0] + number[2:]) is None
    assert read_number(college, "Côté") is None


def test_verification_codes_are_128_bits_that_fit_a_url():
    codes = {new_verification_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(len(code) == 22 and code.replace("-", "").replace("_", "").isalnum() for code in codes)


def test_every_status_has_words_in_both_languages():
    assert all(words.en and words.fr for words in STATUSES.values())
