"""Staff who decide on a file that changed since they read it see what came between, keep what they typed, and decide again."""

import pytest
import requests

from services.contracts.applications import review
from services.contracts.applications.shapes import ChangedSince
from tests.support.actors.applications_journey import Staff, in_review, submitted
from tests.support.actors.cookie_browser import ACCESS, LANGUAGE, Browser
from tests.support.actors.identity_people import add_person
from tests.support.gateway_rig import start_gateway
from tests.support.pages.html_pages import read_page
from tests.support.waiting import PATIENCE_S

WORDS = {
    "en": ("What came since you read the file", "A document was received: Official transcript", "decide again"),
    "fr": ("Ce qui est arrivé depuis votre lecture du dossier", "Un document a été reçu : ", "décidez de nouveau"),
}
REASONS = "The supervised hours are not documented."


def desk_of(system, person):
    """A registrar's browser before an application, with the officer who writes notes by name."""
    browser = Browser(start_gateway(system, PUBLIC_URL="https://college.test"))
    browser.caller, browser.staff, browser.person, browser.system = system.caller("registrar"), Staff(system), person, system
    browser.cookies[ACCESS] = browser.caller.token
    browser.page = f"/staff/applications/{person.id}"
    return browser


@pytest.fixture
def desk(system):
    """The same with the application in review."""
    system.start("applications")
    return desk_of(system, in_review(system))


def come(desk, officer=None):
    """A transcript and a note come."""
    desk.staff.receive(desk.person.id, sha256="ef" * 32)
    note = {"application_id": desk.person.id, "text": "Stop: the seal is forged."}
    desk.system.call(review.AddNote, officer or desk.staff.officer, **note)


def state(desk):
    return desk.staff.see(desk.person.id).state


def text(page):
    return " ".join(page.text.split())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_decision_on_an_older_file_shows_what_came_keeps_what_was_typed_and_is_made_again(desk, language):
    desk.cookies[LANGUAGE] = language
    page = f"{desk.page}/decision"
    form = {"version": read_page(desk.get(page), language).form()["version"], "decision": "refused", "reasons": REASONS}
    assert read_page(desk.post(page, **form), language).form()["sure"] == "yes"
    come(desk)
    told = desk.post(page, **form, sure="yes")
    shown = read_page(told, language)
    assert told.status_code == 412 and state(desk) == "in_review"
    assert all(words in text(shown) for words in WORDS[language])
    assert "Stop: the seal is forged." in shown.text and REASONS in shown.text
    again = shown.form() | {"decision": "refused", "reasons": REASONS}
    del again["standard"]  # a condition that is not ticked
    confirm = read_page(desk.post(page, **again), language)  # sent once more, it is looked at once more
    assert desk.post(page, **confirm.form()).status_code == 303 and state(desk) == "refused"


def test_what_came_is_told_before_the_letter_is_shown_and_again_in_the_other_language(desk):
    page = f"{desk.page}/decision"
    form = {"version": read_page(desk.get(page), "en").form()["version"], "decision": "refused", "reasons": REASONS}
    come(desk)
    told = desk.post(page, **form)
    shown = read_page(told, "en")
    assert told.status_code == 412 and "sure" not in shown.form()
    other = read_page(desk.post(page, **shown.form(), decision="refused", reasons=REASONS, **{"show-in": "fr"}), "fr")
    assert WORDS["fr"][0] in text(other) and "Stop: the seal is forged." in other.text and REASONS in other.text


def test_colleagues_are_named_and_a_changed_answer_is_told_from_and_to(system):
    for service in ("applications", "identity"):
        system.start(service)
    desk = desk_of(system, submitted(system))
    olive = system.caller(
        "registration_officer", account_id=add_person(system, "olive@college.example", "registration_officer", name="Olive Roy")
    )
    page = f"{desk.page}/request-more"
    form = {"version": read_page(desk.get(page), "en").form()["version"], "reason": "A digit is missing.", "items": "phone"}
    asked = {"items": [{"field": "programme_name", "reason": "Give its full name."}]}
    version = desk.staff.see(desk.person.id).version
    system.call(review.RequestMore, olive, application_id=desk.person.id, version=version, **asked)
    desk.person.save("education", programme_name="Master of Counselling")
    desk.person.submit()
    told = desk.post(page, **form)
    shown = text(read_page(told, "en"))
    assert told.status_code == 412 and "Olive Roy ·" in shown and "Give its full name." in shown
    assert "Before: Counselling" in shown and "After: Master of Counselling" in shown and "Applicant ·" in shown
    assert "A digit is missing." in shown


@pytest.mark.parametrize(("step", "word"), [("complete", "Mark as complete"), ("refer", "Equivalence is in doubt.")])
def test_every_other_step_on_an_older_file_shows_what_came_and_is_taken_again(system, step, word):
    system.start("applications")
    desk = desk_of(system, submitted(system) if step == "complete" else in_review(system))
    version, typed = str(desk.staff.see(desk.person.id).version), {} if step == "complete" else {"reasons": word}
    come(desk)
    told = desk.post(f"{desk.page}/{step}", version=version, **typed)
    shown = read_page(told, "en")
    assert told.status_code == 412 and WORDS["en"][0] in text(shown) and word in shown.text
    assert desk.post(f"{desk.page}/{step}", **(shown.form() | typed)).status_code == 303
    assert state(desk) == ("complete" if step == "complete" else "at_committee")


def test_a_button_pressed_on_an_older_file_can_be_read_in_french(system):
    system.start("applications")
    desk = desk_of(system, submitted(system))
    version = str(desk.staff.see(desk.person.id).version)
    come(desk)
    shown = read_page(desk.post(f"{desk.page}/complete", version=version), "en")
    other = read_page(desk.post(f"{desk.page}/complete", **shown.form(), **{"show-in": "fr"}), "fr")
    assert WORDS["fr"][0] in text(other)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_second_of_two_officers_at_one_document_sees_the_verdict_of_the_first(desk, language):
    desk.cookies[LANGUAGE] = language
    [document] = [one for one in desk.staff.see(desk.person.id).documents if one["requirement"] == "transcript"]
    page = f"/staff/documents/{document['id']}/decision"
    form = read_page(desk.get(f"{page}?application={desk.person.id}"), language).form()
    come(desk)  # which is about another document
    verdict = {"document_id": document["id"], "accepted": False, "reason": "The seal is missing."}
    desk.system.call(review.DecideDocument, desk.staff.officer, **verdict)
    told = desk.post(page, **(form | {"accepted": "yes"}))
    shown = read_page(told, language)
    assert told.status_code == 412 and "The seal is missing." in shown.text and "forged" not in shown.text
    again = desk.post(page, **(shown.form() | {"accepted": "yes"}))
    assert again.status_code == 303
    [now] = [one for one in desk.staff.see(desk.person.id).documents if one["id"] == document["id"]]
    assert now["state"] == "accepted"


def test_an_officer_who_decides_on_several_documents_from_one_page_is_in_nobodys_way(desk):
    file = desk.staff.see(desk.person.id)
    forms = {
        str(one["id"]): read_page(desk.get(f"/staff/documents/{one['id']}/decision?application={desk.person.id}"), "en").form()
        for one in file.documents[:2]
    }
    for document_id, form in forms.items():
        assert desk.post(f"/staff/documents/{document_id}/decision", **(form | {"accepted": "yes"})).status_code == 303


def test_by_the_api_the_problem_carries_what_came_in_the_documented_shape(desk):
    version = desk.staff.see(desk.person.id).version
    come(desk)
    answer = desk.ask(
        "POST",
        f"/api/v1/staff/applications/{desk.person.id}/decision",
        json={"version": version, "decision": "refused", "reasons": REASONS},
    )
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (412, "version_mismatch")
    names = ChangedSince.schema().fields
    told = ChangedSince.schema().load({name: value for name, value in problem.items() if name in names})
    assert [one["kind"] for one in told["changed_since"]] == ["document_arrived", "note_added"]
    assert told["version"] == version + 2 and told["changed_since"][1]["text"] == "Stop: the seal is forged."
    document = requests.get(desk.base + "/api/v1/openapi.json", timeout=PATIENCE_S).json()
    responses = document["paths"]["/api/v1/staff/applications/{application_id}/decision"]["post"]["responses"]
    parts = responses["412"]["content"]["application/problem+json"]["schema"]["allOf"]
    assert {"$ref": "#/components/schemas/ChangedSince"} in parts
    seen = desk.ask("GET", f"/api/v1/staff/applications/{desk.person.id}?since={version}").json()
    assert [one["version"] for one in seen["changed_since"]] == [version + 1, version + 2]
