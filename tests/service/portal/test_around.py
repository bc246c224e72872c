"""What stands around a page's own words: who is signed in, that something was done, where one is in the form, and how wide it is."""

import re

import pytest

from gateway.portal.kit import unread
from services.common.kernel.caller import Caller
from services.contracts import identity as contracts
from services.contracts.billing.payments import StartCheckout
from services.contracts.correspondence.messages import ListMessages
from tests.support.actors.cookie_browser import ACCESS, PERSON, Browser
from tests.support.actors.identity_people import add_person
from tests.support.gateway_rig import StandIn, start_gateway
from tests.support.pages.html_pages import read_page
from tests.support.waiting import NEVER_S

PASSWORD, EMAIL = "les érables rougissent en octobre", "ana.tremblay@example.org"
PROVIDER = "https://pay.test/checkout?id=a&lock=%2F;b"


@pytest.fixture
def browser(system):
    """A browser; identity knows one registrant, who is written to in English."""
    system.start("identity")
    add_person(system, EMAIL, "registrant", password=PASSWORD, language="en")
    return Browser(start_gateway(system, PUBLIC_URL="https://college.test"))


def sign_in(browser):
    assert browser.post("/sign-in", login=EMAIL, password=PASSWORD).status_code == 303


def words(page):
    return " ".join(page.text.split())


def classes(page):
    return [one for _tag, attributes in page.tags for one in attributes.get("class", "").split()]


def test_every_page_says_who_is_signed_in_without_asking_anybody(system, browser):
    assert "Signed in as" not in browser.get("/").text
    sign_in(browser)
    system.stop("identity")
    assert f"Signed in as {EMAIL}" in words(read_page(browser.get("/"), "en"))


def test_that_is_known_again_when_the_session_is_kept_up_and_goes_with_it(browser):
    sign_in(browser)
    del browser.cookies[ACCESS], browser.cookies[PERSON]
    browser.get("/security/sessions")
    assert f"Signed in as {EMAIL}" in words(read_page(browser.get("/security/sessions"), "en"))
    browser.post("/sign-out")
    assert PERSON not in browser.cookies and EMAIL not in browser.get("/signed-out").text


def test_nobody_is_shown_as_somebody_else(system, browser):
    sign_in(browser)
    browser.cookies[ACCESS] = system.caller("registrant").token  # another account's
    page = browser.get("/").text
    assert "Sign out" in page and EMAIL not in page
    browser.cookies[PERSON] = browser.cookies[PERSON][:-1] + "x"
    assert EMAIL not in browser.get("/").text


def test_a_session_is_told_by_its_browser_and_system(system, browser):
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0"
    system.call(contracts.sessions.SignIn, Caller(device=firefox), login=EMAIL, password=PASSWORD)
    sign_in(browser)
    page = read_page(browser.get("/security/sessions"), "en")
    assert "Firefox on Windows" in page.text and "Gecko" not in page.text


def test_the_language_of_the_account_is_chosen_and_spoken_from_then_on(system, browser):
    sign_in(browser)
    page = read_page(browser.get("/security/language"), "en")
    assert [one["value"] for one in page.all("input") if "checked" in one] == ["en"]
    assert browser.post("/security/language", language="").status_code == 422
    assert browser.post("/security/language", language="fr").headers["Location"] == "/security"
    page = read_page(browser.get("/security"), "fr")
    assert "Votre langue Français" in words(page)
    caller = system.keys.verifier.caller(browser.cookies[ACCESS], None, None, None)
    assert system.call(contracts.accounts.GetMe, caller)["language"] == "fr"


def test_what_was_done_is_said_in_a_line_and_what_is_still_to_do_in_a_notice(ana):
    page = "/application/pages/languages_of_care"
    ana.browser.post(page, version="0", then="list", languages_of_care="fr", publish_languages="no")
    said = read_page(ana.browser.get("/application"), "en")
    assert "Saved." in said.text and "portal-done" in classes(said) and "govuk-notification-banner" not in classes(said)
    ana.browser.post("/application/pages/education", version="0", then="list", institution_name="Laurentian")
    said = read_page(ana.browser.get("/application"), "en")
    assert "Still to be answered" in said.text and "portal-done" not in classes(said)
    assert "govuk-notification-banner" in classes(said)


@pytest.fixture
def post(system):
    """Correspondence, with two unread messages for everybody."""
    stand_in = StandIn(
        system, "correspondence", {ListMessages: lambda cursor, limit: {"messages": [], "unread": 2, "next_cursor": None}}
    )
    yield stand_in
    stand_in.stop()


def test_the_menu_counts_what_is_unread_on_the_home_page_and_in_the_inbox(ana, post, monkeypatch):
    monkeypatch.setattr(unread, "PATIENCE_S", NEVER_S)
    for path in ("/application", "/messages"):
        assert "Messages 2 unread" in words(read_page(ana.browser.get(path), "en"))


def test_a_home_page_does_not_wait_for_a_count_that_does_not_come(ana, post, monkeypatch):
    post.stop()  # its queue stays
    monkeypatch.setattr(ListMessages, "deadline_s", NEVER_S)
    monkeypatch.setattr("gateway.services.LONGEST_CALL_S", NEVER_S)
    page = words(read_page(ana.browser.get("/application"), "en"))
    assert "Your application" in page and "unread" not in page


@pytest.mark.parametrize("page", ["/application/pages/education", "/application/documents"])
def test_where_one_is_in_the_form_stands_at_the_heading(ana, page):
    html = ana.browser.get(page).text
    assert re.search(r'<span class="govuk-caption-l">Page \d of \d</span>\s*<h1 class="govuk-heading-l">', html)


def test_the_answers_are_headed_by_whose_they_are_so_that_they_are_known_on_paper(ana):
    ana.fill()
    page = words(read_page(ana.browser.get("/application/check"), "en"))
    mine = ana.mine()
    assert f"{mine['reference']} · {mine['applicant_name']} · {mine['state_words']['en']}" in page


def test_no_page_of_an_application_leads_twice_to_one_place(ana):
    page = read_page(ana.browser.get("/application"), "en")
    links = [one["href"] for one in page.all("a")]
    assert len([one for one in links if "documents" in one]) == 1


def test_the_pages_of_staff_are_wide_and_all_others_are_not(system, ana):
    assert "portal-wide" not in ana.browser.get("/application").text
    ana.browser.cookies[ACCESS] = system.caller("registration_officer").token
    page = read_page(ana.browser.get("/staff/applications"), "en")
    assert "portal-wide" in page.all("body")[0]["class"].split()


def test_a_payer_goes_on_to_the_providers_page_without_another_press(system):
    billing = StandIn(system, "billing", {StartCheckout: lambda number: {"pay_url": PROVIDER}})
    browser = Browser(start_gateway(system, PUBLIC_URL="https://college.test"))
    browser.cookies[ACCESS] = system.caller("applicant").token
    answer = browser.post("/fees/INV-1/pay", once="a")
    billing.stop()
    page = read_page(answer, "en")
    assert [one["content"] for one in page.all("meta") if "http-equiv" in one] == [f"0; url={PROVIDER}"]
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
    assert PROVIDER in [one["href"] for one in page.all("a")]  # for a browser that is told not to go on by itself
