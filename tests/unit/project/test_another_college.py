"""A college of another profession, place, zone, currency and tax: its pages, papers and letters have no word of the first one."""

import datetime as dt
from types import SimpleNamespace

import pytest
from werkzeug.test import Client

from services.applications.form.form import get_form
from services.billing.documents import paper_data
from services.common.kernel.money import Money
from services.contracts.college import load_college
from services.identity.passwords.password_rules import own_words
from services.registry.certificate_renderer import CertificateRenderer, Contents
from tests.support.colleges.tiny_college import tiny_college
from tests.support.colleges.words_of_one_college import found_in
from tests.unit.gateway.in_process import application

DAY = dt.date(2026, 11, 30)
PAGES = ("/", "/register", "/verify", "/how-to-apply", "/how-to-apply?route=saw", "/fees", "/policies/pruning", "/mailing-list")
BEFORE_SIGNING_IN = ("/start", "/sign-in", "/forgotten-password", "/lost-access", "/sign-in-help", "/mail-help", "/no-such-page")


@pytest.fixture(scope="module")
def profile(tmp_path_factory):
    return tiny_college(tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="module")
def college(profile):
    return load_college(profile)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_its_pages_have_no_word_of_the_first_college(profile, tmp_path, language):
    client = Client(application(tmp_path, profile=profile), use_cookies=False)
    name = {"en": "Guild of Arborists of the Isles", "fr": "Guilde des arboristes des Îles"}[language]
    for page in (*PAGES, *BEFORE_SIGNING_IN):
        answer = client.get(page, headers={"Accept-Language": language, "Accept": "text/html"})
        assert answer.status_code == (404 if page == "/no-such-page" else 200), page
        assert found_in(answer.text) == [], page
        assert name in answer.text.replace("\N{NO-BREAK SPACE}", " "), page


def test_its_form_has_the_colleges_own_questions_and_choices(college):
    (page,) = get_form(college.on(DAY)).pages
    assert [entry["code"] for entry in page["fields"]] == ["given", "family", "kind", "way", "sign"]
    assert page["fields"][2]["choices"] == [{"code": "climber", "label": {"en": "Climber", "fr": "Grimpeur"}}]
    assert found_in(repr(page)) == []


def test_its_letters_are_in_its_words(college):
    on = college.on(DAY)
    for kind, letter in on.mails.items():
        for language in ("en", "fr"):
            mail = on.write_mail(kind, language, dict.fromkeys(letter.placeholders, "x"))
            assert found_in(mail.subject + mail.body) == [] and mail.sender == "bark@trees.example"


@pytest.mark.parametrize(("language", "tax", "money"), [("en", "Levy", "euros"), ("fr", "Redevance", "euros")])
def test_its_papers_have_its_tax_and_currency(college, language, tax, money):
    fee = college.registration_fee("climber", DAY)
    amount = Money(fee.amount_cents, college.currency)
    invoice = SimpleNamespace(
        lines=[SimpleNamespace(description_en="Entry", description_fr="Entrée", amount_cents=1000, tax_cents=70)],
        taxes=[
            SimpleNamespace(name_en=fee.tax.name.en, name_fr=fee.tax.name.fr, rate_basis_points=700, amount_cents=70),
        ],
        subtotal=amount,
        total=Money(1070, college.currency),
        currency=college.currency,
    )
    data = paper_data(invoice, college.on(DAY), language)
    assert (data["taxes"][0]["name"], data["currency_name"]) == (tax, money)
    assert data["college"]["tax_number"] == "L-77" and found_in(repr(data)) == []


def test_its_certificate_is_under_its_own_law(college):
    contents = Contents("C-1", "code", DAY, "1", DAY, "Ash", "climber", ())
    data = CertificateRenderer(None, "https://trees.example").data(college.on(DAY), contents, "fr")
    assert (data["act"], data["category_title"]) == ("Loi de 1999 sur les arbres", "Grimpeuse ou grimpeur")
    assert found_in(repr({name: value for name, value in data.items() if name != "qr_svg"})) == []


def test_its_passwords_are_not_made_of_its_own_words(college):
    assert own_words(college, "https://portal.trees.example") >= {"trees", "arboriculture", "guildofarboristsoftheisles"}


def test_its_days_are_those_of_its_zone(college):
    assert college.day_of(dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)) == DAY
