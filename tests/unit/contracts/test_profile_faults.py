"""Each kind of fault in a profile is reported with its file and line, whichever version it is in."""

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.colleges.profiles import ROOT, add_version, copied, edit, faults_of

NEXT_APRIL = dt.date(2027, 4, 1)


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return copied(tmp_path)


SPOILS: dict[str, tuple[str, str, str, str]] = {
    "a missing French text": (
        "categories.yaml",
        "    name: {en: Registered Psychotherapist, fr: Psychothérapeute autorisé}",
        "    name: {en: Registered Psychotherapist}",
        "categories[0].name.fr: the text in this language is missing",
    ),
    "a blank English text": (
        "requirements.yaml",
        "{en: Official transcript,",
        '{en: " ",',
        "requirements[8].name.en: must be a text that is not blank (quote numbers)",
    ),
    "overlapping versions of the fees": (
        "fees.yaml",
        "  - effective_from: 2024-04-01",
        "  - effective_from: 2018-04-01",
        "versions[1].effective_from: overlaps the version before it: must be after 2018-04-01",
    ),
    "a third language": (
        "categories.yaml",
        "    abbreviation: {en: RP, fr: PA}",
        "    abbreviation: {en: RP, fr: PA, de: PT}",
        "categories[0].abbreviation.de: the college writes in no such language",
    ),
    "an unknown category": (
        "requirements.yaml",
        "    categories: [rp, rp_temporary, emergency]",
        "    categories: [rp, rp_permanent, emergency]",
        "requirements[7].categories[1]: there is no category 'rp_permanent'",
    ),
    "an amount that is a float": (
        "fees.yaml",
        '{fee: registration_rp, amount: "620.00"}',
        "{fee: registration_rp, amount: 620.00}",
        'versions[1].amounts[1].amount: must be written in quotes with two decimals, as in "620.00"',
    ),
    "a fee that does not exist": (
        "categories.yaml",
        "registration_fee: registration_qualifying",
        "registration_fee: registration_student",
        "categories[1].registration_fee: there is no fee 'registration_student'",
    ),
    "a requirement that does not exist": (
        "application_form.yaml",
        "        requirement: degree_or_diploma",
        "        requirement: degree",
        "pages[3].fields[3].requirement: there is no requirement 'degree' provided by the applicant",
    ),
    "a condition on an answer that cannot be given": (
        "requirements.yaml",
        "needed_if: {field: degree_status, equals: awaiting}",
        "needed_if: {field: degree_status, equals: waiting}",
        "requirements[3].needed_if.equals: is no answer that the field 'degree_status' can have",
    ),
    "a role without its field": (
        "application_form.yaml",
        "  date_of_birth: date_of_birth",
        "  date_of_birth: birthday",
        "roles.date_of_birth: the form has no field 'birthday'",
    ),
    "a signature that takes less than a full name": (
        "application_form.yaml",
        "  signature_name: signature_name",
        "  signature_name: commonly_used_name",
        "roles.signature_name: must take a full name as long as the legal names may be: 402 characters",
    ),
    "an unknown placeholder in a French mail only": (
        "mails/registrant_portal_open.yaml",
        "    Bienvenue! Votre",
        "    Bienvenue, {{ nickname }}! Votre",
        "body.fr: uses the placeholder 'nickname', which is not listed",
    ),
    "a French mail without its link": (
        "mails/registration_invoice.yaml",
        "ce lien y mène directement\u00a0:\n    {{ pay_link }}",
        "ce lien y mène directement.",
        "body.fr: never uses the placeholder 'pay_link'",
    ),
    "a template that is none": (
        "mails/payment_receipt.yaml",
        "Hello{% if name %} {{ name }}{% endif %},",
        "Hello{% if name %} {{ name }},",
        "body.en: not a template: ",
    ),
    "a duplicate key": (
        "college.yaml",
        "currency: CAD",
        "currency: CAD\ncurrency: USD",
        "currency: duplicate key, first on line ",
    ),
    "an unknown key": ("college.yaml", "currency: CAD", "currency: CAD\nfax: none", "fax: There is no such field."),
    "a missing key": ("professional_development.yaml", "  required_hours: 40\n", "", "cycle.required_hours: This is required."),
    "a date after something unknown": (
        "application_form.yaml",
        "not_before: date_of_birth",
        "not_before: phone",
        "pages[3].fields[2].not_before: the form has no other date 'phone'",
    ),
    "one of two where there is no other": (
        "application_form.yaml",
        "required_unless: legal_last_name",
        "required_unless: legal_first_name",
        "pages[2].fields[0].required_unless: the form has no other field 'legal_first_name' that takes text",
    ),
    "an impossible day": (
        "professional_development.yaml",
        'attestation_opens: "11-01"',
        'attestation_opens: "11-31"',
        'cycle.attestation_opens: must be a month and a day, as in "12-31"',
    ),
    "an impossible date": (
        "fees.yaml",
        "2010-07-01",
        "2010-13-01",
        "taxes[0].rates[0].effective_from: Enter the date as year, month",
    ),
    "a time zone that does not exist": (
        "college.yaml",
        "time_zone: America/Toronto",
        "time_zone: America/Torontoo",
        "time_zone: there is no time zone 'America/Torontoo'",
    ),
    "no YAML at all": ("review.yaml", "clocks:\n", "clocks: }\n", "not YAML: "),
}

# Where the fault is reported on another line than the one that was edited.
LINES_BELOW = {"a duplicate key": 1, "an unknown key": 1}
REPORTED_AT: dict[str, Callable[[str], int]] = {
    "an unknown placeholder in a French mail only": lambda text: line_of(text, "  fr: |"),
    "a French mail without its link": lambda text: line_of(text, "  fr: |"),
    "a template that is none": lambda text: line_of(text, "  en: |"),
    "a missing key": lambda text: line_of(text, "cycle:"),
}


def line_of(text: str, line: str) -> int:
    return text.splitlines().index(line) + 1


@pytest.mark.parametrize("fault", SPOILS)
def test_a_fault_is_reported_with_its_file_and_line(profile: Path, fault: str) -> None:
    name, old, new, message = SPOILS[fault]
    file = profile / name
    line = edit(file, old, new) + LINES_BELOW.get(fault, 0)
    if fault in REPORTED_AT:
        line = REPORTED_AT[fault](file.read_text(encoding="utf-8"))
    (only,) = faults_of(profile)
    assert only.startswith(f"{file}:{line}: {message}")


def test_all_faults_of_all_files_are_reported_at_once(profile: Path) -> None:
    first = edit(profile / "categories.yaml", "open_to_applicants: false", "open_to_applicants: no")
    second = edit(profile / "fees.yaml", '"54.00"', "54")
    third = edit(profile / "mails" / "account_exists.yaml", "sender: registration", "sender: nobody")
    assert [fault.split(": ")[0] for fault in faults_of(profile)] == [
        f"{profile}/categories.yaml:{first}",
        f"{profile}/fees.yaml:{second}",
        f"{profile}/mails/account_exists.yaml:{third}",
    ]


def test_a_missing_file_is_named(profile: Path) -> None:
    (profile / "fees.yaml").unlink()
    (only,) = faults_of(profile)
    assert only.startswith(f"{profile}/fees.yaml:1: cannot be read")


def test_the_command_sums_up_a_sound_profile_and_fails_on_a_faulty_one(profile: Path) -> None:
    command = [sys.executable, "-m", "services.contracts.college", "check", str(profile)]
    sound = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert sound.returncode == 0 and "fees          11" in sound.stdout and sound.stderr == ""
    line = edit(profile / "fees.yaml", '"54.00"', "54")
    faulty = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert faulty.returncode == 1 and f"{profile}/fees.yaml:{line}: " in faulty.stderr


VERSIONED: dict[str, tuple[str, str, str, str]] = {
    "a missing French text": (
        "categories.yaml",
        "{en: Registered Psychotherapist, fr: Psychothérapeute autorisé}",
        "{en: Psychotherapist}",
        "versions[1].categories[0].name.fr: the text in this language is missing",
    ),
    "a requirement that no field of the form can be": (
        "application_form.yaml",
        "requirement: degree_or_diploma",
        "requirement: degree",
        "versions[1].pages[3].fields[3].requirement: there is no requirement 'degree' provided by the applicant (from 2027-04-01)",
    ),
    "a time zone that moves": (
        "college.yaml",
        "time_zone: America/Toronto",
        "time_zone: Europe/Paris",
        "versions[1].time_zone: must be the same in every version",
    ),
}


@pytest.mark.parametrize("fault", VERSIONED)
def test_a_fault_of_a_later_version_is_reported_at_its_line(profile: Path, fault: str) -> None:
    name, old, new, message = VERSIONED[fault]
    line = add_version(profile / name, NEXT_APRIL, old, new)
    assert faults_of(profile) == [f"{profile / name}:{line}: {message}"]


def test_what_one_file_names_must_be_there_in_every_version_of_the_other(profile: Path) -> None:
    add_version(profile / "categories.yaml", NEXT_APRIL, "  - code: emergency\n", "  - code: urgent\n")
    text = (profile / "requirements.yaml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, said in enumerate(text, 1) if "emergency" in said and "categories:" in said)
    (only,) = faults_of(profile)
    path = f"{profile}/requirements.yaml:{line}: requirements[7].categories[2]"
    assert only == f"{path}: there is no category 'emergency' (from 2027-04-01)"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2027-04-01", "2027-04-31", "versions[1].effective_from: must be a day that exists, as in 2027-04-01"),
        ("2027-04-01", "2018-04-01", "versions[1].effective_from: must be after 2018-04-01, the day of the version before it"),
        (
            "effective_from: 2027-04-01",
            "from: 2027-04-01",
            "versions[1].effective_from: the day from which this version holds is",
        ),
        ("versions:\n", "wording: 1\nversions:\n", "wording: stands beside versions: it must be in each of them"),
    ],
)
def test_a_version_without_a_sound_day_of_its_own_is_reported(profile: Path, old: str, new: str, message: str) -> None:
    file = profile / "mailing_list.yaml"
    add_version(file, NEXT_APRIL, "wording: 1", "wording: 2")
    at = edit(file, old, new)
    (only,) = faults_of(profile)
    assert only.startswith(f"{file}:{at}: {message}")


def test_versions_that_are_no_list_are_reported(profile: Path) -> None:
    (profile / "review.yaml").write_text("# Versions\nversions: none\n", encoding="utf-8")
    assert faults_of(profile) == [f"{profile}/review.yaml:2: versions: must be a list of versions, each with effective_from"]
