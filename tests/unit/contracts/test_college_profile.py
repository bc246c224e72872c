"""The profile of CRPO loads, gives the right answers, and each kind of fault in it is reported with its file and line."""

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.common.kernel.references import InvalidReference
from services.contracts.college import (
    College,
    CollegeOnDay,
    FeeNotInForce,
    NotInProfile,
    PlaceholderMissing,
    Text,
    load_college,
)
from services.contracts.college.application_form import FIELD_TYPES

ROOT = Path(__file__).resolve().parents[3]
CRPO = ROOT / "deploy" / "colleges" / "crpo"

ORDINARY = {"degree_status": "awarded"} | dict.fromkeys(("educated_in_english_or_french", "educated_in_canada"), True)
ORDINARY |= dict.fromkeys(("has_clinical_experience", "offence_finding", "other_regulators"), False)


@pytest.fixture(scope="module")
def crpo() -> College:
    return load_college(CRPO)


@pytest.fixture(scope="module")
def today(crpo: College) -> CollegeOnDay:
    return crpo.on(dt.date(2026, 11, 23))


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
    def test_names_the_college_in_both_languages(self, today: CollegeOnDay) -> None:
        assert (today.code, today.short_name) == ("crpo", Text("CRPO", "OPAO"))
        assert today.name.in_("fr") == "Ordre des psychothérapeutes autorisés de l’Ontario"
        assert today.time_zone.key == "America/Toronto"
        assert today.addresses.of("registration") == "registration@crpo.ca"

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

    def test_a_category_says_what_registration_in_it_costs(self, crpo: College, today: CollegeOnDay) -> None:
        assert crpo.registration_fee("rp_qualifying", dt.date(2026, 11, 23)).amount_cents == 32100
        assert [category.code for category in today.entry_categories] == ["rp_qualifying", "rp_temporary"]
        with pytest.raises(NotInProfile):
            crpo.registration_fee("emergency", dt.date(2026, 11, 23))

    def test_the_ordinary_route_needs_three_uploads_and_the_transcript(self, today: CollegeOnDay) -> None:
        needed = today.requirements_for("rp_qualifying", "recognised_programme", ORDINARY)
        assert [(one.code, one.provided_by) for one in needed] == [
            ("government_id", "applicant"),
            ("jurisprudence_certificate", "applicant"),
            ("degree_or_diploma", "applicant"),
            ("transcript", "institution"),
        ]
        assert all(one.blocks_submission for one in needed)

    def test_answers_and_category_add_requirements(self, today: CollegeOnDay) -> None:
        answers = {**ORDINARY, "offence_finding": True, "educated_in_english_or_french": False, "degree_status": "awaiting"}
        codes = {one.code for one in today.requirements_for("rp_temporary", "masters", answers)}
        assert {"vulnerable_sector_check", "language_proficiency", "programme_completion", "insurance_confirmation"} <= codes
        assert "degree_or_diploma" not in codes

    def test_files_are_uploaded_on_a_page_before_any_that_selects_from_them(self, today: CollegeOnDay) -> None:
        uploads = next(index for index, page in enumerate(today.form.pages) if page.takes_documents)
        selecting = [index for index, page in enumerate(today.form.pages) if any(one.type == "document" for one in page.fields)]
        assert selecting and uploads < min(selecting)

    def test_the_form_names_the_fields_that_feed_the_rest(self, today: CollegeOnDay) -> None:
        form = today.form
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

    def test_french_is_not_english_and_keeps_its_spaces(self, today: CollegeOnDay) -> None:
        texts = list(texts_in(today))
        assert len(texts) > 200
        for text in texts:
            assert not re.search(r" [:»$]|« |[0-9] %", text.fr), f"a space here must not break: {text.fr}"
            assert "'" not in text.fr
            assert "'" not in text.en
        same = {text.en for text in texts if text.en == text.fr}
        assert same == {"https://crpo.ca", "Hindi", "Inuktitut", "Tagalog", "Somali", "Mandarin"}

    def test_colours_can_be_told_from_their_ground(self, today: CollegeOnDay) -> None:
        colours = today.theme.colours
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
    def test_the_activation_mail_has_one_subject_and_both_languages(self, today: CollegeOnDay) -> None:
        values = {"application_id": "A-0000001-K", "activation_link": "https://example.org/a/1", "expires_hours": "48"}
        for language, first, second in (("en", "Hello", "Bonjour"), ("fr", "Bonjour", "Hello")):
            mail = today.write_mail("account_activation", language, values)
            assert mail.subject == "CRPO – Account Activation | OPAO – Activation du compte"
            assert mail.sender == "registration@crpo.ca"
            assert mail.body.index(first) < mail.body.index(second)
            assert mail.body.count("A-0000001-K") == mail.body.count("https://example.org/a/1") == 2

    def test_lists_are_written_line_by_line_and_no_empty_ones(self, today: CollegeOnDay) -> None:
        values = dict.fromkeys(today.mail("registration_invoice").placeholders, "x")
        plain = today.write_mail("registration_invoice", "fr", {**values, "conditions": []})
        assert "conditions et restrictions" not in plain.body and "\n\n\n" not in plain.body
        listed = today.write_mail("registration_invoice", "fr", {**values, "conditions": ["Première", "Seconde"]})
        assert "- Première\n- Seconde\n\nVous pouvez maintenant payer" in listed.body

    def test_someone_whose_name_is_not_known_is_greeted_all_the_same(self, today: CollegeOnDay) -> None:
        values = dict.fromkeys(today.mail("account_exists").placeholders, "x")
        assert today.write_mail("account_exists", "en", {**values, "name": ""}).body.startswith("Hello,\n")
        assert today.write_mail("account_exists", "fr", {**values, "name": "Zoé"}).body.startswith("Bonjour Zoé,\n")

    def test_a_value_can_neither_start_a_new_header_nor_be_a_template(self, today: CollegeOnDay) -> None:
        values = {
            **dict.fromkeys(today.mail("payment_receipt").placeholders, "x"),
            "receipt_number": "{{ 6 * 7 }}\r\nBcc: a@b.ca",
        }
        mail = today.write_mail("payment_receipt", "en", values)
        assert mail.subject == "Receipt {{ 6 * 7 }} Bcc: a@b.ca for your payment"

    def test_a_missing_value_is_an_error(self, today: CollegeOnDay) -> None:
        with pytest.raises(PlaceholderMissing, match="payment_receipt"):
            today.write_mail("payment_receipt", "fr", {"name": ""})

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_every_mail_can_be_written(self, today: CollegeOnDay, language: str) -> None:
        for kind, text in today.mails.items():
            mail = today.write_mail(
                kind, language, {name: [{"label": "x", "reason": ""}] if name == "items" else "x" for name in text.placeholders}
            )
            assert mail.subject and "{" not in mail.subject + mail.body and "\n\n\n" not in mail.body
