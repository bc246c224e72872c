"""The draft, its form and what blocks its submission, over the real bus."""

from datetime import timedelta

import pytest

from services.common.kernel import clock
from services.common.kernel.errors import Forbidden, Invalid, VersionMismatch
from services.contracts.applications import applicant, review
from services.contracts.applications.errors import NotReadyYet, SubmissionBlocked, UnknownPage
from services.contracts.applications.events import ApplicationSubmitted
from services.contracts.identity.events import AccountActivated, ApplicationStarted
from tests.support.actors.applications_journey import PAGES, Applicant, Staff, submitted


@pytest.fixture
def running(system):
    system.start("applications")
    return system


def test_an_account_opened_makes_one_draft_however_often_it_is_told(running):
    person = Applicant(running)
    first = person.mine()
    running.publish_again(person.open(), times=3)
    running.settle()
    again = person.mine()
    assert (first["state"], first["reference"], first["version"]) == ("draft", "A0000017", 1)
    assert (again["id"], first["who_acts_next"], first["payment"]) == (first["id"], "applicant", "none")
    assert {page["state"] for page in first["pages"]} == {"not_started"}
    assert first["state_words"] == {"en": "Draft", "fr": "Brouillon"}


def test_an_account_that_was_not_opened_to_apply_has_a_draft_once_its_owner_starts_one(running):
    person = Applicant(running, ready=False)
    person.open(applying=False)
    running.settle()
    with pytest.raises(NotReadyYet):
        person.mine()
    running.publish(ApplicationStarted, account_id=person.account_id, application_id=person.reference)
    person.until(lambda: person.mine() is not None)
    assert (person.mine()["reference"], person.mine()["state"]) == ("A0000017", "draft")


def test_before_the_draft_is_there_the_applicant_is_told_to_wait_a_second(running):
    person = Applicant(running, ready=False)
    with pytest.raises(NotReadyYet):
        person.mine()


def test_an_activation_heard_before_the_account_waits_for_it(running):
    person, opened_at = Applicant(running, ready=False), clock.now()
    running.publish(AccountActivated, account_id=person.account_id, _at=opened_at + timedelta(minutes=5))
    person.open(at=opened_at)
    person.until(lambda: len(person.call(applicant.GetTimeline)["entries"]) == 2)
    assert [entry["kind"] for entry in person.call(applicant.GetTimeline)["entries"]] == ["opened", "activated"]


def test_anyone_gets_the_form_with_words_in_both_languages(running):
    pages = running.call(applicant.GetForm, running.anonymous)["pages"]
    assert [page["code"] for page in pages][:2] == ["category_and_route", "supporting_documents"]
    category = pages[0]["fields"][0]
    assert {choice["code"] for choice in category["choices"]} == {"rp_qualifying", "rp_temporary"}
    assert category["label"] == {"en": "Category you apply for", "fr": "Catégorie demandée"}


def test_a_page_is_saved_incomplete_and_resumed_where_it_was_left(running):
    person = Applicant(running)
    saved = person.save("personal_information", version=0, legal_first_name="  Amélie ", legal_last_name="Tremblay")
    page = person.call(applicant.GetPage, page="personal_information")
    assert page["values"] == {"legal_first_name": "Amélie", "legal_last_name": "Tremblay"}
    assert (saved["version"], page["version"], page["saved_at"]) == (1, 1, saved["saved_at"])
    assert "date_of_birth" in [blocker["field"] for blocker in saved["blockers"]]
    assert person.mine()["applicant_name"] == "Amélie Tremblay"
    assert {page["page"]: page["state"] for page in person.mine()["pages"]}["personal_information"] == "incomplete"


def test_wrong_values_are_refused_field_by_field_and_nothing_is_saved(running):
    person = Applicant(running)
    with pytest.raises(Invalid) as refused:
        person.save(
            "personal_information",
            date_of_birth="31/12/1990",
            legal_first_name="Ali\x1b",
            home_country="Narnia",
            shoe_size=43,
            phone="12",
        )
    assert {fault["field"]: fault["code"].partition(" ")[0] for fault in refused.value.params["errors"]} == {
        "date_of_birth": "unclear_date",
        "legal_first_name": "control_sign",
        "home_country": "invalid_country",
        "shoe_size": "unknown",
        "phone": "invalid_phone",
    }
    words = next(fault["message"] for fault in refused.value.params["errors"] if fault["field"] == "phone")
    assert words["fr"].startswith("Entrez le numéro avec son indicatif")
    assert person.call(applicant.GetPage, page="personal_information")["version"] == 0


def test_what_people_type_is_kept_in_one_form_and_one_name_is_a_name(running):
    person = Applicant(running)
    typed = {"legal_first_name": "Su\u200bharto\u202e", "legal_last_name": "\u2060", "date_of_birth": "17 mars 1994"}
    saved = person.save(
        "personal_information", **typed, phone="416‑555‑0123 poste 12", home_country="CA", home_postal_code="p3e\u20115j1"
    )
    assert not {"legal_first_name", "legal_last_name"} & {one["field"] for one in saved["blockers"]}
    kept = person.call(applicant.GetPage, page="personal_information")["values"]
    assert kept == {
        "legal_first_name": "Suharto", "date_of_birth": "1994-03-17", "phone": "416 555-0123 x12", "home_country": "CA",
        "home_postal_code": "P3E 5J1",
    }  # fmt: skip
    person.save("clinical_experience", direct_client_contact_hours="1\u202f250", supervision_hours="462,5")
    kept = person.call(applicant.GetPage, page="clinical_experience")["values"]
    assert (kept["direct_client_contact_hours"], kept["supervision_hours"]) == (1250, 462.5)
    with pytest.raises(Invalid) as refused:
        person.save("education", programme_end_date="2099-12-31")
    assert [fault["code"] for fault in refused.value.params["errors"]] == ["in_the_future"]


def test_a_page_edited_in_two_windows_is_saved_by_the_first(running):
    person = Applicant(running)
    saved = person.save("declaration", version=0, signature_name="A")
    assert person.save("declaration", version=0, signature_name="A") == saved  # the same again, as when the broker asks once more
    with pytest.raises(VersionMismatch):
        person.save("declaration", version=0, signature_name="B")
    person.save("languages_of_care", version=0, languages_of_care=["fr"])
    assert person.call(applicant.GetPage, page="declaration")["values"] == {"signature_name": "A"}


def test_a_page_that_the_form_does_not_have_is_unknown(running):
    person = Applicant(running)
    for attempt in (lambda: person.call(applicant.GetPage, page="hobbies"), lambda: person.save("hobbies", version=0, a=1)):
        with pytest.raises(UnknownPage):
            attempt()


def test_a_blocked_submission_lists_all_that_is_missing_in_the_order_of_the_form(running):
    person = Applicant(running)
    person.save("category_and_route", **PAGES["category_and_route"])
    with pytest.raises(SubmissionBlocked) as blocked:
        person.submit()
    found = person.call(applicant.ListBlockers)["blockers"]
    assert blocked.value.params["count"] == len(found) == len(blocked.value.params["blockers"]) == person.mine()["blocker_count"]
    order = [page["page"] for page in person.mine()["pages"]]
    assert [order.index(blocker["page"]) for blocker in found] == sorted(order.index(blocker["page"]) for blocker in found)
    assert found[0]["page"] == "supporting_documents" and found[0]["requirement"] == "government_id"
    assert found[0]["message"] == {"en": "Please upload this document.", "fr": "Veuillez téléverser ce document."}
    assert not [fact for fact in running.heard if fact.type == "ApplicationSubmitted"]


def test_the_application_waits_for_the_institution_until_its_document_is_received_and_is_then_submitted(running):
    person, staff = Applicant(running), Staff(running)
    person.fill()
    assert person.mine()["who_acts_next"] == "institution"
    assert [blocker["requirement"] for blocker in person.call(applicant.ListBlockers)["blockers"]] == ["transcript"]
    with pytest.raises(SubmissionBlocked):
        person.submit()
    staff.receive(person.id)
    version = person.mine()["version"]
    summary = person.submit()
    assert (summary["state"], summary["version"], summary["who_acts_next"]) == ("submitted", version + 1, "college")
    (fact,) = running.announced(ApplicationSubmitted)
    assert fact.data["applicant_name"] == "Amélie Tremblay-Ōta"
    assert (fact.data["category"], fact.data["reference"]) == ("rp_qualifying", "A0000017")


def test_staff_may_not_fill_the_form_and_applicants_may_not_see_the_queue(running):
    with pytest.raises(Forbidden):
        running.call(applicant.GetMyApplication, running.caller("registrar"))
    with pytest.raises(Forbidden):
        running.call(review.ListApplications, submitted(running).caller)
