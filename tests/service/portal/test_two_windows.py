"""One page of the form open twice (P59): what only one window changed is kept, what both changed is shown field by field and chosen."""

import json

import pytest

from services.contracts.applications import applicant, review
from tests.support.actors.applications_journey import PAGES, Applicant, Staff
from tests.support.actors.cookie_browser import ACCESS, LANGUAGE, Browser
from tests.support.gateway_rig import start_gateway
from tests.support.pages.html_pages import read_page

PAGE = "personal_information"
PATH = f"/application/pages/{PAGE}"
WORDS = {
    "en": ("Saved elsewhere: Ottawa", "Typed here: Hearst", "City", "choose which of them to keep"),
    "fr": ("Enregistrée ailleurs : Ottawa", "Saisie ici : Hearst", "Ville", "choisissez celles à conserver"),
}


@pytest.fixture
def zoe(system):
    """An applicant with a page filled in, in a browser in which she is signed in."""
    system.start("applications")
    zoe = Applicant(system)
    zoe.save(PAGE, **PAGES[PAGE])
    zoe.browser = Browser(start_gateway(system, PUBLIC_URL="https://college.test"))
    zoe.browser.cookies[ACCESS] = zoe.caller.token
    return zoe


def window(zoe, language="en"):
    """The page as a window shows it: all that its form would send."""
    zoe.browser.cookies[LANGUAGE] = language
    page = read_page(zoe.browser.get(PATH), language)
    return page.form() | {"home_country": "CA", "home_province": "ON", "then": "list"}


def send(zoe, form, **typed):
    return zoe.browser.ask("POST", PATH, data={**form, **typed})


def hidden(page):
    """What the page holds unseen, as a browser sends it; a name may be there more than once."""
    return [(one["name"], one["value"]) for one in page.all("input") if one.get("type") == "hidden"]


def stored(zoe):
    return zoe.call(applicant.GetPage, page=PAGE)["values"]


def text(page):
    return " ".join(page.text.split())


def test_what_each_window_alone_changed_is_kept_and_said(zoe):
    first, second = window(zoe), window(zoe)
    assert send(zoe, first, home_city="Ottawa").status_code == 303
    saved = send(zoe, second, home_street="1, rue Rideau")
    assert saved.status_code == 303
    assert (stored(zoe)["home_city"], stored(zoe)["home_street"]) == ("Ottawa", "1, rue Rideau")
    assert "saved elsewhere in the meantime and kept as it is there: City" in text(
        read_page(zoe.browser.get("/application"), "en")
    )


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("kept", "city"), [("saved", "Ottawa"), ("typed", "Hearst")])
def test_what_both_windows_changed_is_chosen_field_by_field_and_nothing_else_is_lost(zoe, language, kept, city):
    first, second = window(zoe, language), window(zoe, language)
    send(zoe, first, home_city="Ottawa")
    told = send(zoe, second, home_city="Hearst", home_street="1, rue Rideau")
    page = read_page(told, language)
    assert told.status_code == 412 and all(words in text(page) for words in WORDS[language])
    assert stored(zoe)["home_city"] == "Ottawa" and stored(zoe)["home_street"] != "1, rue Rideau"
    radios = [one for one in page.all("input") if one.get("type") == "radio"]
    assert [(one["name"], one["value"]) for one in radios] == [("keep-home_city", "saved"), ("keep-home_city", "typed")]
    assert not any("checked" in one for one in radios)  # nobody's answer is taken for granted
    unsaid = zoe.browser.ask("POST", PATH, data=[*hidden(page), ("then", "list")])
    again = read_page(unsaid, language)
    assert unsaid.status_code == 422 and "#keep-home_city" in [one.get("href") for one in again.all("a")]
    done = zoe.browser.ask("POST", PATH, data=[*hidden(again), ("keep-home_city", kept), ("then", "list")])
    assert (done.status_code, done.headers["Location"]) == (303, "/application")
    assert (stored(zoe)["home_city"], stored(zoe)["home_street"]) == (city, "1, rue Rideau")


def test_the_choice_is_shown_in_the_other_language_with_all_that_was_typed(zoe):
    first, second = window(zoe), window(zoe)
    send(zoe, first, home_city="Ottawa")
    page = read_page(send(zoe, second, home_city="Hearst"), "en")
    other = read_page(zoe.browser.ask("POST", PATH, data=[*hidden(page), ("show-in", "fr")]), "fr")
    assert all(words in text(other) for words in WORDS["fr"][:3])
    done = zoe.browser.ask("POST", PATH, data=[*hidden(other), ("keep-home_city", "typed"), ("then", "list")])
    assert done.status_code == 303 and stored(zoe)["home_city"] == "Hearst"


def test_a_third_window_that_saves_while_one_chooses_is_not_overwritten_unseen(zoe):
    first, second = window(zoe), window(zoe)
    send(zoe, first, home_city="Ottawa")
    page = read_page(send(zoe, second, home_city="Hearst"), "en")
    send(zoe, window(zoe), home_city="Kenora")
    told = zoe.browser.ask("POST", PATH, data=[*hidden(page), ("keep-home_city", "typed"), ("then", "list")])
    assert told.status_code == 412 and "Saved elsewhere: Kenora" in text(read_page(told, "en"))
    assert stored(zoe)["home_city"] == "Kenora"


def test_answers_that_were_chosen_but_do_not_go_together_come_back_as_chosen(zoe):
    zoe.change(PAGE, home_country="FR")
    first, second = window(zoe), window(zoe)
    send(zoe, first, home_country="FR", home_postal_code="75011")
    page = read_page(send(zoe, second, home_country="CA"), "en")
    chosen = [("keep-home_country", "typed"), ("keep-home_postal_code", "saved"), ("then", "list")]
    told = zoe.browser.ask("POST", PATH, data=[*hidden(page), *chosen])
    form = read_page(told, "en").form()
    assert told.status_code == 422 and (form["home_postal_code"], form["home_street"]) == ("75011", second["home_street"])
    assert send(zoe, form, home_country="CA", home_province="ON", home_postal_code="P3E 5J1", then="list").status_code == 303
    assert stored(zoe)["home_country"] == "CA"


def test_what_is_saved_by_itself_leaves_alone_what_another_window_changed_and_says_so(zoe):
    first, second = window(zoe), window(zoe)
    send(zoe, first, home_city="Ottawa")
    quietly = send(zoe, second, home_street="1, rue Rideau", then="stay")
    assert (
        quietly.status_code == 200 and "Saved elsewhere in the meantime, and kept as it is there: City" in quietly.json()["said"]
    )
    second |= {"version": str(quietly.json()["version"]), "tags": json.dumps(quietly.json()["tags"])}
    assert send(zoe, second, home_street="2, rue Rideau", then="stay").status_code == 200  # it still shows the old city
    assert (stored(zoe)["home_city"], stored(zoe)["home_street"]) == ("Ottawa", "2, rue Rideau")
    refused = send(zoe, second, home_city="Hearst", then="stay")
    assert refused.status_code == 412 and "version" not in refused.json() and "City" in refused.json()["said"]
    assert stored(zoe)["home_city"] == "Ottawa"


def test_what_is_half_typed_is_still_compared_with_what_was_read_of_it(zoe):
    first, second = window(zoe), window(zoe)
    send(zoe, first, home_postal_code="K1N 9N1")
    quietly = send(zoe, second, home_postal_code="P3", then="stay").json()
    assert not quietly["whole"]
    second |= {"version": str(quietly["version"]), "tags": json.dumps(quietly["tags"])}
    told = send(zoe, second, home_postal_code="P3E 5J2")
    assert told.status_code == 412 and "K1N 9N1" in text(read_page(told, "en"))


def test_a_document_of_the_staff_does_not_stand_in_the_way_of_a_form_that_is_open(zoe):
    form = window(zoe)
    Staff(zoe.system).receive(zoe.id)
    zoe.system.call(review.AddNote, Staff(zoe.system).officer, application_id=zoe.id, text="Called.")
    assert send(zoe, form, home_city="Ottawa").status_code == 303


def test_by_the_api_edits_are_merged_and_what_both_sides_changed_is_told(zoe):
    def api(method, path, **kwargs):
        return zoe.browser.ask(method, f"/api/v1/application/pages/{PAGE}{path}", **kwargs)

    read = api("GET", "").json()
    values = {name: value for name, value in read["values"].items() if name in read["editable"]}
    zoe.change(PAGE, home_city="Ottawa")
    edit = {"values": values | {"home_street": "1, rue Rideau"}, "version": read["version"], "tags": read["tags"]}
    merged = api("POST", "/edits", json=edit)
    assert merged.status_code == 200 and merged.json()["kept"] == ["home_city"]
    problem = api("POST", "/edits", json=edit | {"values": values | {"home_city": "Hearst"}})
    assert problem.status_code == 412 and problem.json()["code"] == "version_mismatch"
    city = next(one for one in problem.json()["differs"] if one["field"] == "home_city")
    assert (city["saved"], city["sent"]) == ("Ottawa", "Hearst")
