"""The profile of CRPO loads, gives the right answers, and each kind of fault in it is reported with its file and line."""

import datetime as dt
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.common.kernel.references import InvalidReference
from services.contracts.college import College, FeeNotInForce, NotInProfile, PlaceholderMissing, ProfileError, Text, load_college
from services.contracts.college.application_form import FIELD_TYPES

ROOT = Path(__file__).resolve().parents[3]
CRPO = ROOT / "deploy" / "colleges" / "crpo"

ORDINARY = {"degree_status": "awarded"} | dict.fromkeys(("educated_in_english_or_french", "educated_in_canada"), True)
ORDINARY |= dict.fromkeys(("has_clinical_experience", "offence_finding", "other_regulators"), False)


@pytest.fixture(scope="module")
def crpo() -> College:
    return load_college(CRPO)


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CRPO, tmp_path / "crpo"))


def edit(file: Path, old: str, new: str) -> int:
    """Replaces the first `old` in a file; gives the line on which it stood."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file.name}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def faults_of(profile: Path) -> list[str]:
    with pytest.raises(ProfileError) as caught:
        load_college(profile)
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return [str(problem) for problem in caught.value.problems]


def texts_in(thing: object, seen: set[int] | None = None) -> Iterator[Text]:
    """Every text that a part of the profile holds."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, Text):
        yield thing
    elif isinstance(thing, tuple):
        for item in thing:
            yield from texts_in(item, seen)
    elif hasattr(thing, "values"):
        for item in thing.values():
            yield from texts_in(item, seen)
    elif hasattr(thing, "__dict__") and type(thing).__module__.startswith("services."):
        for item in vars(thing).values():
            yield from texts_in(item, seen)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, as WCAG 2 defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


class TestTheRealProfile:
    def test_names_the_college_in_both_languages(self, crpo: College) -> None:
        assert (crpo.code, crpo.short_name) == ("crpo", Text("CRPO", "OPAO"))
        assert crpo.name.in_("fr") == "Ordre des psychothérapeutes autorisés de l’Ontario"
        assert crpo.time_zone.key == "America/Toronto"
        assert crpo.addresses.of("registration") == "registration@crpo.ca"

    @pytest.mark.parametrize(
        ("code", "day", "cents"),
        [
            ("registration_rp", dt.date(2018, 4, 1), 58900),
            ("registration_rp", dt.date(2024, 3, 31), 58900),
            ("registration_rp", dt.date(2024, 4, 1), 62000),
            ("registration_rp_temporary", dt.date(2026, 11, 23), 62000),
            ("registration_qualifying", dt.date(2026, 11, 23), 32100),
            ("exam", dt.date(2026, 11, 23), 54500),
        ],
    )
    def test_a_fee_is_that_of_its_day(self, crpo: College, code: str, day: dt.date, cents: int) -> None:
        fee = crpo.fee(code, day)
        assert (fee.code, fee.amount_cents) == (code, cents)
        assert (fee.tax.code, fee.tax.name.in_("fr"), fee.tax.rate_basis_points) == ("hst", "TVH", 1300)

    def test_an_amount_carried_over_is_marked(self, crpo: College) -> None:
        assert crpo.fee("registration_qualifying", dt.date(2026, 11, 23)).assumed
        assert not crpo.fee("registration_rp", dt.date(2026, 11, 23)).assumed

    @pytest.mark.parametrize(
        ("code", "day"), [("exam", dt.date(2019, 1, 1)), ("registration_rp", dt.date(2018, 3, 31)), ("tea", dt.date(2026, 1, 1))]
    )
    def test_a_fee_that_is_not_in_force_is_a_lookup_error(self, crpo: College, code: str, day: dt.date) -> None:
        with pytest.raises(FeeNotInForce):
            crpo.fee(code, day)

    def test_a_category_says_what_registration_in_it_costs(self, crpo: College) -> None:
        assert crpo.registration_fee("rp_qualifying", dt.date(2026, 11, 23)).amount_cents == 32100
        assert [category.code for category in crpo.entry_categories] == ["rp_qualifying", "rp_temporary"]
        with pytest.raises(NotInProfile):
            crpo.registration_fee("emergency", dt.date(2026, 11, 23))

    def test_the_ordinary_route_needs_three_uploads_and_the_transcript(self, crpo: College) -> None:
        needed = crpo.requirements_for("rp_qualifying", "recognised_programme", ORDINARY)
        assert [(one.code, one.provided_by) for one in needed] == [
            ("government_id", "applicant"),
            ("jurisprudence_certificate", "applicant"),
            ("degree_or_diploma", "applicant"),
            ("transcript", "institution"),
        ]
        assert all(one.blocks_submission for one in needed)

    def test_answers_and_category_add_requirements(self, crpo: College) -> None:
        answers = {**ORDINARY, "offence_finding": True, "educated_in_english_or_french": False, "degree_status": "awaiting"}
        codes = {one.code for one in crpo.requirements_for("rp_temporary", "masters", answers)}
        assert {"vulnerable_sector_check", "language_proficiency", "programme_completion", "insurance_confirmation"} <= codes
        assert "degree_or_diploma" not in codes

    def test_files_are_uploaded_on_a_page_before_any_that_selects_from_them(self, crpo: College) -> None:
        uploads = next(index for index, page in enumerate(crpo.form.pages) if page.takes_documents)
        selecting = [index for index, page in enumerate(crpo.form.pages) if any(one.type == "document" for one in page.fields)]
        assert selecting and uploads < min(selecting)

    def test_the_form_names_the_fields_that_feed_the_rest(self, crpo: College) -> None:
        form = crpo.form
        assert form.roles.display_name == ("legal_first_name", "legal_last_name")
        assert form.field(form.roles.category).type == "category"
        assert form.page_of(form.roles.signature_name).code == "declaration"
        assert {field.type for field in form.fields} <= set(FIELD_TYPES)

    def test_every_reference_reads_back_and_a_slip_does_not(self, crpo: College) -> None:
        for series in vars(crpo.numbering).values():
            written = series.numbering.make(series.first)
            assert series.numbering.read(written.lower()) == written
        registration = crpo.numbering.registration
        number = registration.numbering.make(registration.first)
        assert number.startswith("1000") and number.isdigit()
        with pytest.raises(InvalidReference):
            registration.numbering.read("2" + number[1:])

    def test_french_is_not_english_and_keeps_its_spaces(self, crpo: College) -> None:
        texts = list(texts_in(crpo))
        assert len(texts) > 200
        for text in texts:
            assert not re.search(r" [:»$]|« |[0-9] %", text.fr), f"a space here must not break: {text.fr}"
            assert "'" not in text.fr
            assert "'" not in text.en
        same = {text.en for text in texts if text.en == text.fr}
        assert same == {"https://crpo.ca", "Hindi", "Inuktitut", "Tagalog", "Somali", "Mandarin"}

    def test_colours_can_be_told_from_their_ground(self, crpo: College) -> None:
        colours = crpo.theme.colours
        for ground in (colours["background"], colours["surface"]):
            for name in ("brand", "accent", "link", "link_hover", "text", "text_secondary", "success", "warning", "error"):
                assert contrast(colours[name], ground) >= 4.5, name
            assert contrast(colours["border"], ground) >= 3
        assert contrast(colours["on_brand"], colours["brand"]) >= 4.5

    def test_nothing_of_it_is_in_code(self) -> None:
        sources = [
            ROOT / "services" / "common" / "kernel" / "yaml_files.py",
            *(ROOT / "services" / "contracts" / "college").rglob("*.py"),
        ]
        named = [path.name for path in sources if "@crpo" in (text := path.read_text(encoding="utf-8")) or "OPAO" in text]
        assert len(sources) > 10 and named == []


class TestMails:
    def test_the_activation_mail_has_one_subject_and_both_languages(self, crpo: College) -> None:
        values = {"application_id": "A-0000001-K", "activation_link": "https://example.org/a/1", "expires_hours": "48"}
        for language, first, second in (("en", "Hello", "Bonjour"), ("fr", "Bonjour", "Hello")):
            mail = crpo.write_mail("account_activation", language, values)
            assert mail.subject == "CRPO – Account Activation | OPAO – Activation du compte"
            assert mail.sender == "registration@crpo.ca"
            assert mail.body.index(first) < mail.body.index(second)
            assert mail.body.count("A-0000001-K") == mail.body.count("https://example.org/a/1") == 2

    def test_lists_are_written_line_by_line_and_no_empty_ones(self, crpo: College) -> None:
        values = dict.fromkeys(crpo.mail("registration_invoice").placeholders, "x")
        plain = crpo.write_mail("registration_invoice", "fr", {**values, "conditions": []})
        assert "conditions et restrictions" not in plain.body and "\n\n\n" not in plain.body
        listed = crpo.write_mail("registration_invoice", "fr", {**values, "conditions": ["Première", "Seconde"]})
        assert "- Première\n- Seconde\n\nVous pouvez maintenant payer" in listed.body

    def test_someone_whose_name_is_not_known_is_greeted_all_the_same(self, crpo: College) -> None:
        values = dict.fromkeys(crpo.mail("account_exists").placeholders, "x")
        assert crpo.write_mail("account_exists", "en", {**values, "name": ""}).body.startswith("Hello,\n")
        assert crpo.write_mail("account_exists", "fr", {**values, "name": "Zoé"}).body.startswith("Bonjour Zoé,\n")

    def test_a_value_can_neither_start_a_new_header_nor_be_a_template(self, crpo: College) -> None:
        values = {**dict.fromkeys(crpo.mail("payment_receipt").placeholders, "x"), "receipt_number": "{{ 6 * 7 }}\r\nBcc: a@b.ca"}
        mail = crpo.write_mail("payment_receipt", "en", values)
        assert mail.subject == "Receipt {{ 6 * 7 }} Bcc: a@b.ca for your payment"

    def test_a_missing_value_is_an_error(self, crpo: College) -> None:
        with pytest.raises(PlaceholderMissing, match="payment_receipt"):
            crpo.write_mail("payment_receipt", "fr", {"name": ""})

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_every_mail_can_be_written(self, crpo: College, language: str) -> None:
        for kind, text in crpo.mails.items():
            mail = crpo.write_mail(
                kind, language, {name: [{"label": "x", "reason": ""}] if name == "items" else "x" for name in text.placeholders}
            )
            assert mail.subject and "{" not in mail.subject + mail.body and "\n\n\n" not in mail.body


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
    command = [sys.executable, "-m", "services.contracts.college", str(profile)]
    sound = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert sound.returncode == 0 and "fees          11" in sound.stdout and sound.stderr == ""
    line = edit(profile / "fees.yaml", '"54.00"', "54")
    faulty = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert faulty.returncode == 1 and f"{profile}/fees.yaml:{line}: " in faulty.stderr
