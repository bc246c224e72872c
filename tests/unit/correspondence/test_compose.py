"""How values are written for a person."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.common.kernel.money import Money
from services.contracts.college import NotInProfile, load_college
from services.correspondence.compose import Formatter, Pages, paragraphs

COLLEGE = load_college(Path(__file__).resolve().parents[3] / "deploy/colleges/crpo")


def test_a_day_is_the_colleges_day_and_not_that_of_utc():
    late_in_the_evening = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
    assert Formatter(COLLEGE, "en").day_of(late_in_the_evening) == "November 23, 2026"
    assert Formatter(COLLEGE, "fr").day_of(late_in_the_evening) == "23 novembre 2026"
    assert Formatter(COLLEGE, "en").days_after(late_in_the_evening, 15) == "December 8, 2026"


def test_amounts_and_days_are_written_the_way_of_the_language():
    assert Formatter(COLLEGE, "en").money(Money(123456)) == "$1,234.56"
    assert Formatter(COLLEGE, "fr").money(Money(123456)).replace("\u00a0", " ").replace("\u202f", " ") == "1 234,56 $"
    assert Formatter(COLLEGE, "fr").day(date(2027, 1, 22)) == "22 janvier 2027"


def test_a_condition_of_an_earlier_release_is_said_in_the_persons_language_or_what_language_it_is_in_is_said_beside():
    standard = COLLEGE.history[-1].review.standard_conditions[0]
    decided = [standard.code, f" {standard.statement.en} ", standard.statement.fr, "Only in Sudbury"]
    only_english = "Only in Sudbury (Texte en anglais seulement; demandez la traduction à l’Ordre.)"
    assert Formatter(COLLEGE, "fr").terms(None, decided) == [standard.statement.fr] * 3 + [only_english]
    assert Formatter(COLLEGE, "en").terms(None, decided) == [standard.statement.en] * 3 + ["Only in Sudbury"]


def test_a_condition_is_said_in_the_persons_language_as_it_was_decided():
    stated = [{"code": None, "en": "Only in Sudbury", "fr": "À Sudbury seulement"}]
    assert Formatter(COLLEGE, "fr").terms(stated, ["Only in Sudbury / À Sudbury seulement"]) == ["À Sudbury seulement"]
    assert Formatter(COLLEGE, "en").terms(stated, ["Only in Sudbury / À Sudbury seulement"]) == ["Only in Sudbury"]


def test_a_category_that_the_profile_lacks_is_an_error_and_not_an_empty_word():
    with pytest.raises(NotInProfile):
        Formatter(COLLEGE, "en").category("wizard")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("One reason.", ["One reason."]),
        ("First.\r\n\r\nSecond, on\r\ntwo lines.", ["First.", "Second, on two lines."]),
        ("First.\nSecond.", ["First.", "Second."]),
        ("  \n\n ", []),
    ],
)
def test_what_people_write_becomes_one_line_a_paragraph(written, expected):
    assert paragraphs(written) == expected


def test_how_long_a_link_works_is_said_in_days_where_they_are_whole():
    assert [Formatter(COLLEGE, "en").lifetime(hours) for hours in (1, 2, 24, 36, 14 * 24)] == [
        "1 hour",
        "2 hours",
        "24 hours",
        "36 hours",
        "14 days",
    ]
    assert [Formatter(COLLEGE, "fr").lifetime(hours) for hours in (1, 2, 48)] == ["1 heure", "2 heures", "2 jours"]


def test_pages_of_a_delegate_are_named_and_those_of_a_newer_version_left_out():
    assert Formatter(COLLEGE, "fr").pages(["fees", "tomorrow", "messages"]) == ["Droits et reçus", "Messages"]


def test_links_stand_below_the_public_address():
    pages = Pages("https://portal.example")
    assert pages.portal == "https://portal.example/portal"
    assert pages.invoice("INV-1") == "https://portal.example/fees/INV-1"
