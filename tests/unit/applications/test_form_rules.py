"""Each type of field takes what is right, in one form, and says with a code what is wrong."""

import re
from typing import Any

import pytest

from services.applications.form import form_rules
from services.applications.form.form_rules import WrongAnswer
from services.common.kernel.ids import new_id
from services.common.kernel.text import Text
from services.common.kernel.validation import WORDS
from services.contracts.college import Choice, Condition, Field

MINE = str(new_id())
CHOICES = tuple(Choice(code, Text(code, code)) for code in ("a", "b"))


def field(kind: str, **other: Any) -> Field:
    plain = {
        "help": None, "required": False, "required_if": None, "required_unless": None, "choices": (), "max_length": None, "pattern": None,
        "pattern_message": None, "minimum": None, "maximum": None, "halves": False, "not_after": None, "not_before": None,
        "requirement": None,
    }  # fmt: skip
    return Field(**{"code": "asked", "label": Text("Asked", "Demandé"), "type": kind, **plain, **other})


RIGHT = [
    (field("text"), "  Amélie ", "Amélie"),
    (field("text"), "   ", ""),
    (field("textarea"), "one\ntwo", "one\ntwo"),
    (field("email"), "amelie@example.org", "amelie@example.org"),
    (field("phone"), "+1 (416) 555-0123", "416 555-0123"),
    (field("phone"), "416‑555‑0123", "416 555-0123"),
    (field("phone"), "\u202a416\u00a0555\u00a00123\u202c poste 12", "416 555-0123 x12"),
    (field("phone"), "\u2060", ""),
    (field("date"), "1990-02-28", "1990-02-28"),
    (field("date"), "28 février 1990", "1990-02-28"),
    (field("date", not_after="today"), "2026-11-23", "2026-11-23"),
    (field("date", not_before="date_of_birth"), "1990-03-01", "1990-03-01"),
    (field("country"), "CA", "CA"),
    (field("province"), "ON", "ON"),
    (field("postal_code"), "m5g2j5", "M5G 2J5"),
    (field("postal_code"), "M5G-2J5", "M5G 2J5"),
    (field("postal_code"), "\u202aM5G\u20112J5\u202c", "M5G 2J5"),
    (field("postal_code", required_if=Condition("home_country", "CA")), "10001-1234", "10001-1234"),
    (field("choice", choices=CHOICES), "a", "a"),
    (field("multi_choice", choices=CHOICES), ["b", "a"], ["b", "a"]),
    (field("multi_choice", choices=CHOICES), [], []),
    (field("category"), "rp_qualifying", "rp_qualifying"),
    (field("route"), "masters", "masters"),
    (field("yes_no"), False, False),
    (field("agreement"), True, True),
    (field("number", minimum=0, maximum=10), 0, 0),
    (field("number"), "1\u202f250", 1250),
    (field("number"), "1 250", 1250),
    (field("number"), "1,250", 1250),
    (field("number", halves=True), "462,5", 462.5),
    (field("number", halves=True), 462.5, 462.5),
    (field("text", code="legal_last_name"), "\u2060", ""),
    (field("text", code="legal_last_name"), "\u202eNOMIS", "NOMIS"),
    (field("document", requirement="government_id"), MINE.upper(), MINE),
]
WRONG = [
    (field("text"), 7, "type"),
    (field("text"), "nul\x00", "control_sign U+0000"),
    (field("text"), "two\nlines", "line_break"),
    (field("text"), "Ali\x85SIMON", "line_break"),
    (field("text"), "Ali\x1b[31m", "control_sign U+001B"),
    (field("text", code="legal_last_name"), "-", "no_letter"),
    (field("text", max_length=3), "four", "too_long 3"),
    (field("text"), "x" * 501, "too_long 500"),
    (field("textarea"), "x" * 10_001, "too_long 10000"),
    (field("text", pattern=re.compile("[a-z]+")), "ABC", "pattern"),
    (field("email"), "amelie@", "invalid_email"),
    (field("phone"), "555-0123", "invalid_phone"),
    (field("phone"), "call me maybe", "invalid_phone"),
    (field("phone"), "1" * 16, "invalid_phone"),
    (field("date"), "2026-02-30", "no_such_day"),
    (field("date"), "28 fiver 1990", "invalid_date"),
    (field("date"), "94-03-17", "year_of_two_digits"),
    (field("date"), "17/03/1994", "unclear_date"),
    (field("date"), "0190-02-28", "unlikely_year 1900–2100"),
    (field("date", not_after="today"), "2026-11-24", "in_the_future"),
    (field("date", not_before="date_of_birth"), "1990-02-27", "earlier_than date_of_birth"),
    (field("country"), "Canada", "invalid_country"),
    (field("country"), "EU", "invalid_country"),
    (field("province"), "NY", "invalid_province"),
    (field("postal_code"), "10001", "invalid_postal_code"),
    (field("postal_code"), "D5G 2J5", "invalid_postal_code"),
    (field("postal_code", required_if=Condition("home_country", "FR")), "75001", "invalid_postal_code"),
    (field("choice", choices=CHOICES), "c", "not_a_choice a, b"),
    (field("choice", choices=CHOICES), ["a"], "type"),
    (field("multi_choice", choices=CHOICES), "a", "type"),
    (field("multi_choice", choices=CHOICES), ["a", "c"], "not_a_choice a, b"),
    (field("multi_choice", choices=CHOICES), ["a", "a"], "repeated"),
    (field("category"), "rp", "not_a_choice rp_qualifying, rp_temporary"),
    (field("route"), "", "not_a_choice recognised_programme, masters, indigenous_programme, substantial_equivalence"),
    (field("yes_no"), "yes", "type"),
    (field("agreement"), 1, "type"),
    (field("number"), "five", "invalid_number"),
    (field("number"), "1.250", "invalid_number"),
    (field("number"), True, "invalid_number"),
    (field("number"), [], "invalid_number"),
    (field("number"), 1.5, "whole_number"),
    (field("number", halves=True), "1,25", "half_number"),
    (field("number", minimum=0), -1, "too_small 0"),
    (field("number", maximum=10), 11, "too_large 10"),
    (field("document", requirement="government_id"), "passport.pdf", "invalid_uuid"),
    (field("document", requirement="government_id"), str(new_id()), "not_your_document"),
    (field("document", requirement="transcript"), MINE, "not_your_document"),
]


@pytest.mark.parametrize(("asked", "given", "stored"), RIGHT, ids=lambda value: getattr(value, "type", None))
def test_a_right_answer_is_stored_in_one_form(judged, asked, given, stored):
    assert (
        form_rules.clean(asked, given, judged({MINE: "government_id"}, home_country="FR", date_of_birth="1990-02-28")) == stored
    )


@pytest.mark.parametrize(("asked", "given", "code"), WRONG, ids=lambda value: getattr(value, "type", None))
def test_a_wrong_answer_is_refused_with_a_code_that_has_words(judged, asked, given, code):
    with pytest.raises(WrongAnswer) as refused:
        form_rules.clean(asked, given, judged({MINE: "government_id"}, home_country="FR", date_of_birth="1990-02-28"))
    assert refused.value.code == code
    assert code.partition(" ")[0] in WORDS


def test_every_type_of_the_profile_has_a_rule(college):
    known = {*form_rules._STRINGS, *form_rules._OTHERS}
    assert {asked.type for asked in college.form.fields} <= known


def test_a_no_is_an_answer_and_an_unticked_agreement_is_none():
    assert form_rules.is_answered(field("yes_no"), False) and form_rules.is_answered(field("number"), 0)
    assert not form_rules.is_answered(field("agreement"), False)
    for nothing in (None, "", []):
        assert not form_rules.is_answered(field("text"), nothing)


def test_a_field_is_required_when_its_condition_is_met(judged):
    asked = field("text", required_if=Condition("home_country", "CA"))
    assert form_rules.is_required(asked, judged(home_country="CA"))
    assert not form_rules.is_required(asked, judged(home_country="FR", date_of_birth="1990-02-28"))
    assert not form_rules.is_required(asked, judged())


def test_a_document_is_required_when_its_requirement_is_needed_and_blocks(judged):
    asked = field("document", requirement="degree_or_diploma")
    assert form_rules.is_required(asked, judged(degree_status="awarded"))
    assert not form_rules.is_required(asked, judged(degree_status="awaiting"))
    assert not form_rules.is_required(field("document", requirement="vulnerable_sector_check"), judged(offence_finding=True))


@pytest.mark.parametrize(
    "title",
    [
        "Clinical Supervisor",
        "Group facilitator",
        "Superviseur clinique",
        "Animateur de groupe",
        "Psychothérapeute autorisée",
        "RP",
        "Self-employed",
    ],
)
def test_a_job_title_is_no_name_of_a_practice_site_and_the_words_say_so(judged, college, title):
    site = college.form.field("site_name")
    with pytest.raises(WrongAnswer) as wrong:
        form_rules.clean(site, title, judged())
    assert "not a job title" in form_rules.said(site, wrong.value.code, college).en
    assert "titre de poste" in form_rules.said(site, wrong.value.code, college).fr


@pytest.mark.parametrize(
    "name", ["Clinique", "Clinical Supervision Centre", "Therapists on King", "Student Health Services", "Le Groupe"]
)
def test_a_practice_site_may_have_words_of_job_titles_in_its_name(judged, college, name):
    assert form_rules.clean(college.form.field("site_name"), name, judged()) == name
