"""The words of the pages: both languages, one place for each, and none that a template lacks."""

import re
from pathlib import Path

import pytest

from gateway.pages import LINKED, RECOVERY
from gateway.pages.forms import Field, gathered, key_of
from gateway.pages.texts import MODULES, TEXTS

TEMPLATES = Path(__file__).resolve().parents[3] / "gateway/pages/templates"
FORMS = (*RECOVERY, *LINKED)


def test_no_text_stands_in_two_modules():
    assert len(TEXTS) == sum(len(module) for module in MODULES)


def test_french_is_not_english_and_keeps_its_spaces():
    for key, words in TEXTS.items():
        assert not re.search(r" [:?!»]|« | ;", words.fr), key
        assert "'" not in words.en + words.fr, key
        assert set(re.findall(r"{\w+}", words.en)) == set(re.findall(r"{\w+}", words.fr)), key
    assert {key for key, words in TEXTS.items() if words.en == words.fr} == set()


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.iterdir()))
def test_a_template_says_only_what_there_are_words_for(template):
    said = re.findall(r"""say\(["'](\w+)["'][,)]""", (TEMPLATES / template).read_text())
    assert [key for key in said if key not in TEXTS] == []


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.path)
def test_a_form_has_words_for_all_that_it_shows_and_fields_that_its_contract_takes(form):
    needed = [f"{form.words}_{part}" for part in ("title", "intro", "button", "done_title", "done")]
    needed += [f"to_{path[1:].replace('-', '_')}" for path in (*form.see, *form.next, form.renewal) if path]
    for field in form.fields:
        needed += [field.label, *([field.hint] if field.hint else []), *(f"choice_{choice}" for choice in field.choices)]
    assert [key for key in needed if key not in TEXTS] == []
    taken = form.contract.Request().fields
    for field in form.fields:
        part, _, name = field.name.rpartition(".")
        fields = taken[part].schema.fields if part else taken
        assert name in fields and fields[name].required == field.required


def test_what_is_empty_is_left_out_but_a_part_of_a_request_is_always_there():
    fields = (Field("email", "label_email"), Field("stated.phone", "label_phone"), Field("password", "label_email", "password"))
    assert gathered(fields, {"email": " a@b.ca ", "password": " x "}) == {"email": "a@b.ca", "password": " x ", "stated": {}}
    assert gathered(fields, {"stated.phone": "1\r\n2", "else": "?"}) == {"stated": {"phone": "1\n2"}}


def test_a_key_is_the_same_for_the_same_values_of_one_form():
    assert key_of("once", {"a": 1, "b": 2}) == key_of("once", {"b": 2, "a": 1})
    assert len({key_of("once", {"a": 1}), key_of("once", {"a": 2}), key_of("again", {"a": 1})}) == 3
    assert key_of("", {"a": 1}) is None
