"""Conditions on the pages: given in both languages on the decision page, read in the reader's, or with a word about it (P3)."""

import datetime as dt

import pytest
import requests
from sqlalchemy import text

from services.common.kernel import clock
from services.contracts import identity, registry
from services.contracts.applications import review
from services.contracts.identity.administration import GetPreferredLanguage
from tests.support.actors.applications_journey import UPGRADING, Staff, in_review, submitted
from tests.support.actors.cookie_browser import ACCESS, LANGUAGE, Browser
from tests.support.gateway_rig import StandIn, start_gateway
from tests.support.pages.html_pages import read_page
from tests.support.samples.register_entries import REGISTRANT

SUDBURY = {"code": None, "en": "Practises in Sudbury only.", "fr": "Exerce à Sudbury seulement."}
MISSING = {"en": "The French text is missing", "fr": "Le texte français manque"}
ONLY_ENGLISH = "Texte en anglais seulement; demandez la traduction à l’Ordre."


@pytest.fixture
def office(system):
    """A registrar's browser before an application in review whose applicant reads French."""
    system.start("applications")
    browser = Browser(start_gateway(system, PUBLIC_URL="https://college.test"))
    browser.system, browser.person = system, in_review(system)
    browser.caller = system.caller("registrar")
    browser.cookies[ACCESS] = browser.caller.token
    told = {
        GetPreferredLanguage: lambda account_id: {"language": "fr"},
        identity.administration.FindAccounts: lambda text, cursor, limit: {
            "accounts": [found_account(text)],
            "next_cursor": None,
        },
        identity.administration.GetColleagues: lambda account_ids: {"colleagues": []},
    }
    stand_in = StandIn(system, "identity", told)
    yield browser
    stand_in.stop()


def found_account(account_id):
    """What identity tells reviewers of the applicant."""
    return {
        **dict.fromkeys(("application_id", "name", "activated_at", "suspended_at")),
        "id": account_id,
        "email": "amelie@example.org",
        "language": "fr",
        "roles": ["applicant"],
        "opened_at": clock.now(),
        "migrated": False,
        "second_factor": False,
        "email_frozen": False,
    }


def page_of(office, step=""):
    return f"/staff/applications/{office.person.id}{step}"


def decide(office, **form):
    version = Staff(office.system).see(office.person.id).version
    return office.post(page_of(office, "/decision"), version=version, **form)


def text_of(answer, language="en"):
    return " ".join(read_page(answer, language).text.split())


def linked(answer, language="en"):
    return [one.get("href") for one in read_page(answer, language).all("a")]


def test_standard_conditions_are_ticked_and_others_have_a_field_for_each_language(office):
    page = read_page(office.get(page_of(office, "/decision")), "en")
    boxes = [one["value"] for one in page.all("input") if one["name"] == "standard"]
    assert boxes == ["clinical_supervision", "completion_of_degree", "upgrading"]
    assert [(one["name"], one.get("lang")) for one in page.all("textarea")] == [
        ("condition_1_en", "en"),
        ("condition_1_fr", "fr"),
        ("reasons", None),
    ]
    more = decide(
        office, decision="approved_with_conditions", condition_1_en="A", condition_1_fr="B", standard="upgrading", more="yes"
    )
    page = read_page(more, "en")
    assert more.status_code == 200 and [one["name"] for one in page.all("textarea")][2:4] == ["condition_2_en", "condition_2_fr"]
    assert [one["value"] for one in page.all("input") if one["name"] == "standard" and "checked" in one] == ["upgrading"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_condition_in_one_language_is_pointed_out_at_its_field_before_the_letter_is_shown(office, language):
    office.cookies[LANGUAGE] = language
    answer = decide(office, decision="approved_with_conditions", standard="upgrading", condition_1_en="Only in Sudbury.")
    assert answer.status_code == 422 and "#condition_1_fr" in linked(answer, language)
    said = {
        "en": "Condition 1 in French: Write this in French too",
        "fr": "Condition 1 en français : Écrivez aussi ceci en français",
    }
    assert said[language] in text_of(answer, language).replace("\u00a0", " ")
    assert "sure" not in read_page(answer, language).form() and "Only in Sudbury." in answer.text


@pytest.mark.parametrize(
    ("form", "place"),
    [
        ({"decision": "approved_with_conditions"}, "#standard"),
        ({"decision": "approved", "standard": "upgrading"}, "#standard"),
        ({"decision": "approved_with_conditions", "standard": "juggling"}, "#standard"),
        ({"decision": "approved_with_conditions", "condition_2_fr": "À Sudbury seulement."}, "#condition_2_en"),
    ],
)
def test_conditions_that_do_not_fit_the_decision_are_refused_on_the_first_page(office, form, place):
    answer = decide(office, **form)
    assert answer.status_code == 422 and place in linked(answer) and "sure" not in read_page(answer, "en").form()


def test_what_is_decided_is_shown_once_more_in_both_languages_and_then_kept_so(office):
    form = {"decision": "approved_with_conditions", "standard": "upgrading"}
    looked = decide(office, **form, condition_1_en=SUDBURY["en"], condition_1_fr=SUDBURY["fr"])
    told = text_of(looked)
    assert all(one[language] in told for one in (UPGRADING, SUDBURY) for language in ("en", "fr"))
    sent = office.post(page_of(office, "/decision"), **read_page(looked, "en").form())
    assert sent.status_code == 303
    assert Staff(office.system).see(office.person.id).terms == [UPGRADING, SUDBURY]


@pytest.mark.parametrize(
    ("language", "reads", "write"),
    [
        ("en", "Reads French", "The applicant reads French: write it in French."),
        ("fr", "Lit le français", "La personne candidate lit le français : écrivez ce texte en français."),
    ],
)
def test_staff_see_in_which_language_the_applicant_reads_wherever_they_write_to_them(office, language, reads, write):
    office.cookies[LANGUAGE] = language
    shown = office.get(page_of(office))
    assert reads in text_of(shown, language)
    assert "mailto:amelie@example.org" in linked(shown, language)  # who may read the file may write to the applicant (P29)
    file = Staff(office.system).see(office.person.id)
    document = f"/staff/documents/{file.documents[0]['id']}/decision?application={office.person.id}"
    for page in (page_of(office, "/decision"), page_of(office, "/refer"), document):
        assert write in text_of(office.get(page), language).replace("\u00a0", " "), page
    assert write not in text_of(office.get(page_of(office, "/note")), language)
    letters = [one for one in read_page(office.get(page_of(office, "/decision")), language).all("li") if one.get("lang")]
    assert letters and {one["lang"] for one in letters} == {"fr"}  # the standard reasons, as the applicant would read them


def test_asking_for_more_says_in_which_language_too(system):
    system.start("applications")
    person = submitted(system)
    told = {GetPreferredLanguage: lambda account_id: {"language": "fr"}}
    stand_in = StandIn(system, "identity", told)
    browser = Browser(start_gateway(system, PUBLIC_URL="https://college.test"))
    browser.cookies[ACCESS] = system.caller("registration_officer").token
    page = text_of(browser.get(f"/staff/applications/{person.id}/request-more"))
    stand_in.stop()
    assert "The applicant reads this in an email and in the portal. The applicant reads French: write it in French." in page


def test_staff_see_which_text_of_an_earlier_release_is_missing_and_the_applicant_which_language_it_is_in(office):
    decided = {"decision": "approved_with_conditions", "terms": [{"code": "upgrading"}]}
    Staff(office.system).step(review.Decide, office.person.id, **decided)
    with office.system.session("applications") as session:
        session.execute(text("UPDATE applications SET terms = NULL, conditions = '[\"Practises in Sudbury only.\"]'"))
    for language in ("en", "fr"):
        office.cookies[LANGUAGE] = language
        assert MISSING[language] in text_of(office.get(page_of(office)), language)
    office.cookies[ACCESS] = office.person.caller.token
    page = office.get("/application")
    assert 'lang="en">Practises in Sudbury only.' in page.text and ONLY_ENGLISH in text_of(page, "fr")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_register_and_the_verification_page_say_conditions_in_the_readers_language(system, language):
    base = start_gateway(system)
    entry = REGISTRANT | {"terms": [UPGRADING, SUDBURY, SUDBURY | {"code": None, "fr": None, "en": "Only weekdays."}]}
    found = {"certificate_number": "C-1", "issued_on": dt.date(2026, 11, 23), "found_by": "code", "registrant": entry}
    register = StandIn(
        system, "registry", {registry.LookUpRegistrant: lambda number: entry, registry.VerifyCertificate: lambda code: found}
    )
    other = {"en": "fr", "fr": "en"}[language]
    for address in ("/register/1234-5", "/verify/good"):
        answer = requests.get(f"{base}{address}?language={language}")
        told = text_of(answer, language)
        assert SUDBURY[language] in told and UPGRADING[language] in told and SUDBURY[other] not in told
        assert (ONLY_ENGLISH in told) == (language == "fr") and ('lang="en">Only weekdays.' in answer.text) == (language == "fr")
    register.stop()


def test_an_entry_told_by_an_earlier_release_is_shown_with_its_standard_conditions_in_the_readers_language(system):
    base = start_gateway(system)
    entry = REGISTRANT | {"conditions": [UPGRADING["en"], "Only weekdays."]}
    register = StandIn(system, "registry", {registry.LookUpRegistrant: lambda number: entry})
    told = text_of(requests.get(f"{base}/register/1234-5?language=fr"), "fr")
    register.stop()
    assert UPGRADING["fr"] in told and f"Only weekdays.{ONLY_ENGLISH}" in told.replace(" Texte", "Texte")
