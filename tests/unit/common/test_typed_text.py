"""What people type or paste is cleaned or refused by one rule for each kind of text, and nothing unseen gets in."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.common.kernel.contract import Call
from services.common.kernel.email_addresses import email_key
from services.common.kernel.typed_text import (
    days,
    emails,
    file_names,
    lines,
    names,
    numbers,
    phones,
    postal_codes,
    prose,
    searches,
    signs,
)
from services.common.kernel.typed_text.fields import Email, Line, Name, Search, trust
from services.common.kernel.typed_text.refused import Refused
from services.common.kernel.validation import WORDS, Schema, ValidationError, fields, validate
from tests.unit.contracts.contract_snapshot import OWNERS

TAKEN = [
    (names, "\u200b", ""),
    (names, "\u2060", ""),
    (names, "\u3164\u2800\u00ad", ""),
    (names, "\u202eNOMIS", "NOMIS"),
    (names, "Smi\u200bth\u00aders", "Smithers"),
    (names, " Élise\u00a0 Marie\t", "Élise Marie"),
    (names, "E\u0301lise", "Élise"),
    (names, "Anne\u2011Marie", "Anne-Marie"),
    (names, "می\u200cخواهم", "می\u200cخواهم"),
    (names, "श्री\u200dमान", "श्री\u200dमान"),
    (names, "Zo\u200dé", "Zoé"),
    (names, "小龍", "小龍"),
    (names, "Suharto", "Suharto"),
    (lines, "12\u2003Main Street\r\n", "12 Main Street"),
    (prose, "one\r\ntwo\u2028three\x0b", "one\ntwo\nthree"),
    (prose, "Avis\u00a0: \u202efin", "Avis\u00a0: fin"),
    (emails, "x@people.exam\u00adple.org", "x@people.example.org"),
    (emails, "x@peo\u200dple.example", "x@people.example"),
    (emails, "x@people.example\u200f", "x@people.example"),
    (emails, "x@People.EXAMPLE", "x@people.example"),
    (emails, "ｘ@ｐｅｏｐｌｅ．example", "x@people.example"),
    (emails, "zoé@xn--rable-9ra.example", "zoé@érable.example"),
    (phones, "416\u2011555\u20110123", "416 555-0123"),
    (phones, "416\u00a0555\u202f0123", "416 555-0123"),
    (phones, "\u202a(416) 555-0123\u202c", "416 555-0123"),
    (phones, "416 555-0123 poste 12", "416 555-0123 x12"),
    (phones, "+1 416.555.0123, ext. 12", "416 555-0123 x12"),
    (phones, "416 555-0123 x12", "416 555-0123 x12"),
    (phones, "011 33 1 23 45 67 89", "+33 1 23 45 67 89"),
    (phones, "4165550123", "416 555-0123"),
    (postal_codes, "\u202am5g\u20112j5\u202c", "M5G 2J5"),
    (postal_codes, "M5G\u00a02J5", "M5G 2J5"),
    (postal_codes, "10001-1234", "10001-1234"),
    (numbers, "1 250", "1250"),
    (numbers, "1\u202f250", "1250"),
    (numbers, "1\u00a0250,5", "1250.5"),
    (numbers, "1,250", "1250"),
    (numbers, "462,5", "462.5"),
    (numbers, "462 ½", "462.5"),
    (days, "17 mars 1994", "1994-03-17"),
    (days, "1er août 1994", "1994-08-01"),
    (days, "March 17, 1994", "1994-03-17"),
    (days, "17 Feb 1994", "1994-02-17"),
    (days, "1994-3-7", "1994-03-07"),
    (searches, "Smi\u200bthers\x07", "Smithers"),
    (file_names, "cv\u202efdp\x1b.exe", "cvfdp.exe"),
]
REFUSED = [
    (names, "-", "no_letter"),
    (names, "Ali\rSIMON", "line_break"),
    (names, "Ali\x85SIMON", "line_break"),
    (names, "Ali\x07", "control_sign U+0007"),
    (names, "Ali\x1b[2J", "control_sign U+001B"),
    (names, "\ue000", "unknown_sign U+E000"),
    (names, "\U000e1000", "unknown_sign U+E1000"),
    (names, "Am\ufffdlie", "broken_sign U+FFFD"),
    (prose, "half \ud83d", "broken_sign U+D83D"),
    (emails, "no address", "invalid_email"),
    (phones, "555-0123", "invalid_phone"),
    (phones, "416 555-0123 ext", "invalid_phone"),
    (phones, "call me", "invalid_phone"),
    (postal_codes, "§", "invalid_foreign_postal_code"),
    (numbers, "1.250", "invalid_number"),
    (numbers, "1,25,0", "invalid_number"),
    (days, "17 mars 94", "year_of_two_digits"),
    (days, "94-03-17", "year_of_two_digits"),
    (days, "17/03/1994", "unclear_date"),
    (days, "30 février 1994", "no_such_day"),
    (days, "soon", "invalid_date"),
]
KINDS = [names, lines, prose, emails, phones, postal_codes, numbers, days, searches, file_names]
# Signs that broke systems of this kind come more often than chance would have them.
TROUBLE = st.sampled_from(
    "\u200b\u200c\u200d\u00ad\u202e\u2066\ufeff\u3164\u2800\u034f\ufe0f\u0301\u093f\u06cc\x00\x07\x1b\x85\r\n \u00a0"
)
TYPED = st.text(st.one_of(st.characters(), st.characters(categories=["L", "N"]), TROUBLE), max_size=30)


def name_of(kind: object) -> str:
    return getattr(kind, "__name__", "").rpartition(".")[2]


@pytest.mark.parametrize(("kind", "typed", "kept"), TAKEN, ids=lambda value: name_of(value) or None)
def test_what_is_typed_is_kept_in_one_form(kind, typed, kept):
    assert kind.clean(typed) == kept
    assert kind.clean(kept) == kept


@pytest.mark.parametrize(("kind", "typed", "code"), REFUSED, ids=lambda value: name_of(value) or None)
def test_what_is_refused_is_told_with_its_cause_in_both_languages(kind, typed, code):
    with pytest.raises(Refused) as refused:
        kind.clean(typed)
    assert refused.value.code == code
    assert code.partition(" ")[0] in WORDS


@pytest.mark.parametrize("kind", KINDS, ids=name_of)
@settings(max_examples=200, deadline=None)
@given(typed=TYPED)
def test_nothing_unseen_gets_in_and_what_is_kept_is_stable(kind, typed):
    try:
        kept = kind.clean(typed)
    except Refused as refused:
        assert refused.code.partition(" ")[0] in WORDS
        return
    assert kind.clean(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)
    for place, sign in enumerate(kept):
        if sign in signs.JOINERS:
            assert (
                kept[place - 1].isalpha()
                or unicodedata.combining(kept[place - 1])
                or unicodedata.category(kept[place - 1])[0] in "MNPS"
            )
        elif not (kind is prose and sign == "\n"):
            assert unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not kept or any(unicodedata.category(sign)[0] in "LNPS" for sign in kept)
    assert kept == kept.strip()


@pytest.mark.parametrize(
    "typed", ["x@people.exam\u00adple", "x@peo\u200dple.example", "X@PEOPLE.example\u200f", "ｘ@people.example"]
)
def test_an_address_has_one_key_however_it_is_typed(typed):
    assert email_key(typed) == email_key("x@people.example")


class Asked(Schema):
    name = Name(required=True, validate=validate.Length(1, 5))
    note = Line(load_default="")
    email = Email()
    looked_for = Search(load_default=None, allow_none=True)


@pytest.mark.parametrize(
    ("given", "faults"),
    [
        ({"name": "\u200b"}, {"name": ["required"]}),
        ({"name": "Ali\x07"}, {"name": ["control_sign U+0007"]}),
        ({"name": "Amélie"}, {"name": ["too_long 5"]}),
        ({"name": "Ali", "email": "nobody"}, {"email": ["invalid_email"]}),
        ({"name": 7}, {"name": ["invalid"]}),
    ],
)
def test_a_field_says_what_is_wrong(given, faults):
    with pytest.raises(ValidationError) as refused:
        Asked().load(given)
    assert refused.value.messages == faults


def test_a_field_gives_what_is_kept_and_nothing_looked_for_is_nothing():
    typed = {"name": " Zo\u00adé ", "note": "\u200b", "email": "Z@Érable.example", "looked_for": "\u2060"}
    assert Asked().load(typed) == {"name": "Zoé", "note": "", "email": "Z@érable.example", "looked_for": None}


def test_what_was_stored_before_there_were_rules_is_answered_as_it_is():
    stored = {"name": "A\u200b", "note": "a\nb"}
    assert trust(Asked()).load(stored) == stored | {"looked_for": None}


def typed_strings(schema, path):
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from typed_strings(inner.schema, f"{path}.{name}")
        elif type(inner) in (fields.String, fields.Email, fields.Date):
            ruled = any(isinstance(one, validate.OneOf | validate.Regexp) for one in inner.validators)
            if not ruled:
                yield f"{path}.{name}"


def test_every_text_that_a_call_takes_has_a_kind():
    bare = [
        path
        for (owner, method), call in Call.all.items()
        if owner in OWNERS
        for path in typed_strings(call.Request.schema(), f"{owner}.{method}")
    ]
    assert bare == [], "give it a kind of services.common.kernel.typed_text.fields; Code is for what no person types"
