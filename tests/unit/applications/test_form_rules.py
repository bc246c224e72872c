"""Each type of field takes what is right, in one form, and says with a code what is wrong."""

import re
from typing import Any

import pytest

from services.applications import form_rules
from services.applications.form_rules import WrongAnswer
from services.common.ids import new_id
from services.common.text import Text
from services.common.validation import WORDS
from services.contracts.college import Choice, Condition, Field

MINE = str(new_id())
CHOICES = tuple(Choice(code, Text(code, code)) for code in ("a", "b"))


def field(kind: str, **other: Any) -> Field:
    plain = {
        "help": None, "required": False, "required_if": None, "choices": (), "max_length": None, "pattern": None,
        "pattern_message": None, "minimum": None, "maximum": None, "requirement": None,
    }  # fmt: skip
    return Field(**{"code": "asked", "label": Text("Asked", "Demandé"), "type": kind, **plain, **other})


RIGHT = [
    (field("text"), "  Amélie ", "Amélie"),
    (field("text"), "   ", ""),
    (field("textarea"), "one\ntwo", "one\ntwo"),
    (field("email"), "amelie@example.org", "amelie@example.org"),
    (field("phone"), "+1 (416) 555-0123", "+1 (416) 555-0123"),
    (field("date"), "1990-02-28", "1990-02-28"),
    (field("country"), "CA", "CA"),
    (field("province"), "ON", "ON"),
    (field("postal_code"), "m5g2j5", "M5G 2J5"),
    (field("postal_code"), "M5G-2J5", "M5G 2J5"),
    (field("postal_code", required_if=Condition("home_country", "CA")), "10001-1234", "10001-1234"),
    (field("choice", choices=CHOICES), "a", "a"),
    (field("multi_choice", choices=CHOICES), ["b", "a"], ["b", "a"]),
    (field("multi_choice", choices=CHOICES), [], []),
    (field("category"), "rp_qualifying", "rp_qualifying"),
    (field("route"), "masters", "masters"),
    (field("yes_no"), False, False),
    (field("agreement"), True, True),
    (field("number", minimum=0, maximum=10), 0, 0),
    (field("document", requirement="government_id"), MINE.upper(), MINE),
]
WRONG = [
    (field("text"), 7, "type"),
    (field("text"), "nul\x00", "type"),
    (field("text"), "two\nlines", "invalid"),
    (field("text", max_length=3), "four", "too_long 3"),
    (field("text"), "x" * 501, "too_long 500"),
    (field("textarea"), "x" * 10_001, "too_long 10000"),
    (field("text", pattern=re.compile("[a-z]+")), "ABC", "pattern"),
    (field("email"), "amelie@", "invalid_email"),
    (field("phone"), "555-0123", "invalid_phone"),
    (field("phone"), "call me maybe", "invalid_phone"),
    (field("phone"), "1" * 16, "invalid_phone"),
    (field("date"), "2026-02-30", "invalid_date"),
    (field("date"), "28 février 1990", "invalid_date"),
    (field("date"), "0190-02-28", "invalid_date"),
    (field("date", code="date_of_birth"), "2026-11-23", "in_the_future"),
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
    (field("number"), "5", "type"),
    (field("number"), True, "type"),
    (field("number"), 1.5, "type"),
    (field("number", minimum=0), -1, "too_small 0"),
    (field("number", maximum=10), 11, "too_large 10"),
    (field("document", requirement="government_id"), "passport.pdf", "invalid_uuid"),
    (field("document", requirement="government_id"), str(new_id()), "not_your_document"),
    (field("document", requirement="transcript"), MINE, "not_your_document"),
]


@pytest.mark.parametrize(("asked", "given", "stored"), RIGHT, ids=lambda value: getattr(value, "type", None))
def test_a_right_answer_is_stored_in_one_form(judged, asked, given, stored):
    assert form_rules.clean(asked, given, judged({MINE: "government_id"}, home_country="FR")) == stored


@pytest.mark.parametrize(("asked", "given", "code"), WRONG, ids=lambda value: getattr(value, "type", None))
def test_a_wrong_answer_is_refused_with_a_code_that_has_words(judged, asked, given, code):
    with pytest.raises(WrongAnswer) as refused:
        form_rules.clean(asked, given, judged({MINE: "government_id"}, home_country="FR"))
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
    assert not form_rules.is_required(asked, judged(home_country="FR"))
    assert not form_rules.is_required(asked, judged())


def test_a_document_is_required_when_its_requirement_is_needed_and_blocks(judged):
    asked = field("document", requirement="degree_or_diploma")
    assert form_rules.is_required(asked, judged(degree_status="awarded"))
    assert not form_rules.is_required(asked, judged(degree_status="awaiting"))
    assert not form_rules.is_required(field("document", requirement="vulnerable_sector_check"), judged(offence_finding=True))
