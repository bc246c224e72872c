"""What a form of the portal makes of what was typed, and of what is wrong with it."""

import pytest

from gateway.portal.kit.forms import Form
from gateway.portal.kit.templating import templates
from services.common.kernel.errors import Invalid

LABELS = {"name": "Name", "born": "Date of birth", "stated.phone": "Phone", "sites": "Sites"}


def typed(**given: str) -> Form:
    return Form(LABELS, {name: [text] for name, text in given.items()})


def test_what_is_empty_is_left_out_and_spaces_around_a_text_but_not_around_a_password():
    form = Form(LABELS, {"name": [" Zo\u00e9 \r\nB "], "password": [" x "], "other": ["  "], "stated.phone": ["1"]})
    gathered = form.gathered("name", "password", "other", "stated.phone", untouched=("password",))
    assert gathered == {"name": "Zo\u00e9 \nB", "password": " x ", "stated": {"phone": "1"}}


@pytest.mark.parametrize(
    ("parts", "date"),
    [
        (("1980", "2", "9"), "1980-02-09"),
        (("", "", ""), ""),
        (("80", "", "9"), "9 80"),
        (("94", "3", "17"), "94-03-17"),
        (("1994", "mars", "17"), "17 mars 1994"),
    ],
)
def test_a_date_typed_in_three_parts_is_put_together_and_an_unfinished_one_is_no_date(parts, date):
    year, month, day = parts
    assert typed(**{"born-year": year, "born-month": month, "born-day": day}).value("born") == date


def test_faults_are_told_in_the_pages_order_the_first_of_each_field_and_those_of_no_field_last():
    form = typed(name="")
    faults = [("sites.0.city", "required"), ("other", "invalid"), ("name", "too_short 1"), ("name", "pattern")]
    form.blame(Invalid(errors=[{"field": field, "code": code} for field, code in faults]), "en")
    assert [name for name, _, _ in form.summary] == ["name", "sites", ""]
    assert form.fault("name") == "Please fill in: Name."  # nothing was typed: it is not too short


def test_a_form_is_one_of_a_kind_and_stays_so_when_it_is_shown_again():
    form = typed(name="a")
    again = Form(LABELS, form.given)
    other = typed(name="a")
    assert form.key({"name": "a"}) == again.key({"name": "a"}) != other.key({"name": "a"})
    assert form.key({"name": "a"}) != form.key({"name": "b"})
    hidden = templates("en").globals["inputs"].hidden(form, "once", "name")
    assert f'name="once" value="{form.once}"' in hidden and 'name="name" value="a"' in hidden


def test_what_was_typed_is_escaped_and_a_password_never_sent_back():
    inputs = templates("fr").globals["inputs"]
    form = typed(name='"><script>', born="secret")
    assert "<script>" not in inputs.text(form, "name")
    assert "secret" not in inputs.password(form, "born")


@pytest.mark.parametrize(
    ("label", "english"),
    [
        ("Legal last name", "Please fill in: Legal last name."),
        ("Is the document accepted?", "Please answer: Is the document accepted?"),
        ("I agree.", "Please confirm: I agree."),
    ],
)
def test_what_is_missing_is_asked_for_in_the_fields_own_words_and_named_once(label, english):
    form = Form({"one": label})
    form.blame(Invalid(errors=[{"field": "one", "code": "required"}]), "en")
    assert form.fault("one") == english
    shown = templates("en").get_template("error_summary.html").render(form=form)
    assert " ".join(shown.split()).count(label) == 1
    french = Form({"one": label})
    french.blame(Invalid(errors=[{"field": "one", "code": "required"}]), "fr")
    assert french.fault("one").startswith("Veuillez ")


@pytest.mark.parametrize(("language", "label"), [("en", "From (day)"), ("fr", "Du (jour)")])
def test_a_fault_that_names_another_field_calls_it_as_the_page_does(language, label):
    form = Form({"since": "From (day)", "until": "To (day)"}, {})
    form.blame(Invalid(errors=[{"field": "until", "code": "earlier_than since"}]), language)
    assert label in form.faults["until"] and "since" not in form.faults["until"]
