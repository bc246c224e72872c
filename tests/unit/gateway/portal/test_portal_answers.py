"""The questions of the application form as people meet them: which are optional, in which order choices stand, what a browser may fill in."""

import pytest

from gateway.portal.kit import form_values, own_data
from services.applications.form import form
from services.common.kernel import clock
from services.contracts.college import load_college
from tests.support.places import ROOT


@pytest.fixture(scope="module")
def college():
    return load_college(ROOT / "deploy/colleges/crpo").at(clock.now())


@pytest.fixture(scope="module")
def fields(college):
    """The fields by their codes, as GetForm gives them."""
    return {field["code"]: field for page in form.get_form(college).pages for field in page["fields"]}


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("legal_middle_names", "(facultatif)"),
        ("commonly_used_name", "(facultatif)"),
        ("date_of_birth", ""),
        ("home_postal_code", ""),  # needed in Canada
        ("legal_first_name", ""),  # one of two names is enough
        ("government_id_document", ""),
        ("insurance_agreement", ""),
    ],
)
def test_a_question_that_nobody_has_to_answer_says_so(fields, code, label):
    asked = fields[code]["label"]["fr"]
    assert form_values.labels([fields[code]], "fr")[code] == f"{asked} {label}".strip()


def test_countries_stand_in_the_order_of_their_names_in_the_language_with_canada_first(fields):
    names = {
        language: [name for _, name in form_values.choices(fields["home_country"], language, ())] for language in ("en", "fr")
    }
    assert [names[language][0] for language in ("en", "fr")] == ["Canada", "Canada"]
    french = names["fr"]
    order = [
        french.index(name) for name in ("Afghanistan", "Allemagne", "Égypte", "Éthiopie", "Géorgie", "Îles Caïmans", "Zimbabwe")
    ]
    assert order == sorted(order) and all(name[0].isupper() for name in french)
    assert len(french) == len(names["en"]) == len(set(french)) > 240


def test_languages_stand_in_the_order_of_their_names_with_those_of_the_college_first_and_another_last(fields):
    french = [name for _, name in form_values.choices(fields["languages_of_care"], "fr", ())]
    assert french[:2] == ["Anglais", "Français"] and french[-1] == "Une autre langue"
    order = [french.index(name) for name in ("Coréen", "Espagnol", "Italien", "Ourdou", "Polonais", "Somali", "Vietnamien")]
    assert order == sorted(order)


def test_a_question_that_follows_from_a_yes_is_no_question_after_a_no_and_others_always_are(fields):
    details = next(field for field in fields.values() if (field["required_if"] or {}).get("field") == "offence_finding")
    followed = [form_values.follows(details, values) for values in ({"offence_finding": True}, {"offence_finding": False}, {})]
    assert followed == [True, False, False]
    assert form_values.follows(fields["home_postal_code"], {"home_country": "FR"}) and form_values.follows(fields["phone"], {})


def test_a_browser_may_fill_in_the_persons_own_data_and_no_others(college):
    assert own_data.tokens(college.form) == {
        "legal_first_name": "given-name",
        "legal_middle_names": "additional-name",
        "legal_last_name": "family-name",
        "commonly_used_name": "nickname",
        "date_of_birth": "bday",
        "phone": "tel",
        "home_street": "street-address",
        "home_city": "address-level2",
        "home_province": "address-level1",
        "home_postal_code": "postal-code",
        "home_country": "country",
    }
