"""The college of a day: which version of each section holds, and what the command tells of it."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from services.contracts.college import College, NotInProfile, load_college
from services.contracts.college.history import between, on_day
from tests.support.colleges.profiles import ROOT, add_version, copied

BEFORE, MARCH, APRIL = dt.date(2001, 1, 1), dt.date(2027, 3, 31), dt.date(2027, 4, 1)
LATER = dt.date(2028, 1, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile in which the form's first label, a category and a letter change on 1 April, and a clock next year."""
    profile = copied(tmp_path_factory.mktemp("profiles"))
    add_version(
        profile / "categories.yaml", APRIL, "{en: RP (Temporary), fr: PA (temporaire)}", "{en: RP (Temp.), fr: PA (temp.)}"
    )
    add_version(profile / "application_form.yaml", APRIL, "{en: Category you apply for,", "{en: Category that you apply for,")
    add_version(
        profile / "mails/payment_receipt.yaml", APRIL, "Receipt {{ receipt_number }}", "Your receipt {{ receipt_number }}"
    )
    add_version(profile / "review.yaml", LATER, "information_days: 30", "information_days: 45")
    return profile


@pytest.fixture(scope="module")
def college(folder: Path) -> College:
    return load_college(folder)


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "services.contracts.college", *arguments, "--profile", str(folder)]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_college_of_a_day_has_the_version_of_each_section_that_holds_then(college: College) -> None:
    assert college.turning_days == (APRIL, LATER)
    for day, category, days in ((BEFORE, "RP (Temporary)", 30), (MARCH, "RP (Temporary)", 30), (APRIL, "RP (Temp.)", 30)):
        on = college.on(day)
        assert (on.category("rp_temporary").abbreviation.en, on.review.clocks.information_days) == (category, days)
    assert college.on(LATER).review.clocks.information_days == 45
    assert college.on(LATER).category("rp_temporary") is college.on(APRIL).category("rp_temporary")


def test_the_college_of_a_day_is_made_once(college: College) -> None:
    assert college.on(BEFORE) is college.on(MARCH) is not college.on(APRIL)
    assert college.on(APRIL) is college.on(APRIL + dt.timedelta(days=99))


def test_a_day_is_that_of_the_colleges_zone(college: College) -> None:
    last_minute = dt.datetime(2027, 4, 1, 3, 59, tzinfo=dt.UTC)
    assert college.day_of(last_minute) == MARCH
    assert college.at(last_minute) is college.on(MARCH)
    assert college.at(last_minute + dt.timedelta(minutes=1)) is college.on(APRIL)


def test_a_letter_is_written_in_the_words_of_its_day(college: College) -> None:
    values = dict.fromkeys(college.on(MARCH).mail("payment_receipt").placeholders, "x")
    subjects = [college.on(day).write_mail("payment_receipt", "en", values).subject for day in (MARCH, APRIL)]
    assert subjects == ["Receipt x for your payment", "Your receipt x for your payment"]


def test_a_category_that_is_no_more_is_still_called_something(tmp_path: Path) -> None:
    profile = copied(tmp_path)
    text = (profile / "categories.yaml").read_text(encoding="utf-8")
    add_version(profile / "categories.yaml", APRIL, "  - code: rp_inactive\n", "  - code: rp_resting\n")
    assert "rp_inactive" in text
    after = load_college(profile).on(APRIL)
    assert "rp_inactive" not in {category.code for category in after.categories}
    assert after.category("rp_inactive").name.en.endswith("(Inactive)")
    with pytest.raises(NotInProfile):
        after.category("rp_unheard_of")


def test_it_is_told_since_when_each_section_is_as_it_is(college: College) -> None:
    since = {one.section: one.since for one in on_day(college, APRIL)}
    assert (since["categories"], since["mails/payment_receipt"], since["fees"]) == (APRIL, APRIL, dt.date(2024, 4, 1))
    assert since["retention"] is None
    assert {one.section: one.assumed for one in on_day(college, BEFORE)}["categories"]


def test_what_changes_between_two_days_is_told_by_path_in_both_languages(college: College) -> None:
    changed = between(college, dt.date(2024, 1, 1), APRIL)
    assert list(changed) == ["categories", "application_form", "fees", "mails/payment_receipt"]
    assert [str(change) for change in changed["categories"]] == [
        "~ categories[rp_temporary].abbreviation.en: RP (Temporary) -> RP (Temp.)",
        "~ categories[rp_temporary].abbreviation.fr: PA (temporaire) -> PA (temp.)",
    ]
    fees = {change.path: change for change in changed["fees"]}
    assert (fees["[registration_rp].amount_cents"].before, fees["[registration_rp].amount_cents"].after) == ("58900", "62000")
    assert str(fees["[exam].name.fr"]) == "+ [exam].name.fr: Examen d’inscription"
    assert between(college, APRIL, APRIL) == {}
    assert {str(change)[0] for change in between(college, APRIL, dt.date(2024, 1, 1))["fees"]} == {"-", "~"}


def test_the_command_shows_a_day_a_section_and_a_change(folder: Path) -> None:
    day, section, change = (
        command(folder, *said)
        for said in (("on", "2027-04-01"), ("on", "2027-04-01", "categories"), ("between", "2027-03-31", "2028-01-01"))
    )
    assert [one.returncode for one in (day, section, change)] == [0, 0, 0]
    assert "crpo on 2027-04-01, as since 2027-04-01" in day.stdout and "review" in day.stdout
    assert "categories[rp_temporary].abbreviation.fr: PA (temp.)" in section.stdout
    assert "~ clocks.information_days: 30 -> 45" in change.stdout


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (("on", "2027-02-29"), "'2027-02-29' is no day of the calendar: write year, month and day, as in 2027-04-01"),
        (("on", "soon"), "'soon' is no day of the calendar"),
        (("between", "2027-04-01", "2024-01-01"), "2024-01-01 is before 2027-04-01: give the earlier day first"),
        (("on", "2027-04-01", "weather"), "there is no section 'weather': one of college, categories,"),
    ],
)
def test_the_command_says_what_it_cannot_make_sense_of(folder: Path, said: tuple[str, ...], told: str) -> None:
    answer = command(folder, *said)
    assert answer.returncode == 2 and told in " ".join(answer.stderr.split())
