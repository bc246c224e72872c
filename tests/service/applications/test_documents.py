"""Documents: uploaded once, received by post, refused, accepted, read and removed, over the real bus."""

import pytest

from services.common.kernel.errors import Invalid, NotFound
from services.contracts.applications import applicant, review
from services.contracts.applications.errors import (
    DocumentInUse,
    DocumentRefused,
    DocumentTooLarge,
    ReadOnly,
    ReasonsNeeded,
    RequirementNotYours,
    RequirementsOutstanding,
    SubmissionBlocked,
)
from tests.support.actors.applications_journey import PAGES, SHA, Applicant, Staff, in_review, submitted


@pytest.fixture
def running(system):
    system.start("applications")
    return system


def states_of(person):
    return {one["code"]: one["state"] for one in person.call(applicant.ListDocuments)["requirements"]}


def test_the_requirements_follow_the_answers_and_their_states_follow_the_documents(running):
    person, staff = Applicant(running), Staff(running)
    person.save("category_and_route", **{**PAGES["category_and_route"], "degree_status": "awaiting"})
    assert {"programme_completion", "transcript"} <= set(states_of(person)) and "degree_or_diploma" not in states_of(person)
    person.change("category_and_route", degree_status="awarded")
    assert states_of(person)["degree_or_diploma"] == "missing"
    document = person.upload("degree_or_diploma")
    assert states_of(person)["degree_or_diploma"] == "received"
    running.call(review.DecideDocument, staff.officer, document_id=document["id"], accepted=False, reason="Not legible")
    refused = next(one for one in person.call(applicant.ListDocuments)["requirements"] if one["code"] == "degree_or_diploma")
    assert (refused["state"], refused["refusal_reason"]) == ("refused", "Not legible")
    better = person.upload("degree_or_diploma", sha256="ef" * 32)
    assert states_of(person)["degree_or_diploma"] == "received"
    running.call(review.DecideDocument, staff.officer, document_id=better["id"], accepted=True)
    assert states_of(person)["degree_or_diploma"] == "accepted"
    kinds = [entry["kind"] for entry in person.call(applicant.GetTimeline)["entries"]]
    assert kinds[1:] == ["document_uploaded", "document_refused", "document_uploaded", "document_accepted"]


@pytest.mark.parametrize(
    ("other", "why", "told"),
    [
        ({"media_type": "text/html"}, DocumentRefused, "a web page"),
        ({"media_type": "image/png"}, DocumentRefused, "a PNG picture"),
        ({"size": 10 * 1024 * 1024 + 1}, DocumentTooLarge, "11 MB"),
    ],
)
def test_a_file_of_the_wrong_kind_or_size_is_refused_with_what_is_taken(running, other, why, told):
    person = Applicant(running)
    with pytest.raises(why) as refused:
        person.upload("jurisprudence_certificate", **other)
    assert told in refused.value.say("en") and ("PDF" if why is DocumentRefused else "10 MB") in refused.value.say("en")
    assert person.call(applicant.ListDocuments)["documents"] == []


def test_the_applicant_cannot_upload_what_the_institution_must_send_nor_for_nothing(running):
    person = Applicant(running)
    with pytest.raises(RequirementNotYours):
        person.upload("transcript")
    with pytest.raises(Invalid):
        person.upload("horoscope")


def test_the_same_file_sent_twice_is_one_document(running):
    person = Applicant(running)
    assert person.upload("government_id")["id"] == person.upload("government_id")["id"]
    assert person.upload("government_id", sha256="ef" * 32)["id"] != person.upload("government_id")["id"]
    assert len(person.call(applicant.ListDocuments)["documents"]) == 2


def test_a_page_can_only_select_ones_own_document_of_the_right_requirement(running):
    person, other = Applicant(running), Applicant(running, "A0000025")
    others, certificate = other.upload("government_id"), person.upload("jurisprudence_certificate")
    for document in (others, certificate):
        with pytest.raises(Invalid) as refused:
            person.save("personal_information", government_id_document=str(document["id"]))
        [fault] = refused.value.params["errors"]
        assert (fault["field"], fault["code"]) == ("government_id_document", "not_your_document")


def test_another_applicants_document_is_not_found_and_a_reviewer_reads_it(running):
    person, other = Applicant(running), Applicant(running, "A0000025")
    document = person.upload("government_id", file_name="../../etc/pass\u202eport.pdf")
    for contract in (applicant.ReadDocument, applicant.RemoveDocument):
        with pytest.raises(NotFound):
            other.call(contract, document_id=document["id"])
    with pytest.raises(NotFound):
        running.call(applicant.ReadDocument, running.caller("billing_officer"), document_id=document["id"])
    stored = {"file_name": "passport.pdf", "media_type": "application/pdf", "size": 5_000, "sha256": SHA}
    assert person.call(applicant.ReadDocument, document_id=document["id"]) == stored
    assert running.call(applicant.ReadDocument, Staff(running).officer, document_id=document["id"]) == stored


def test_a_document_is_removed_from_a_draft_and_stays_in_a_submitted_file(running):
    person = Applicant(running)
    person.call(applicant.RemoveDocument, document_id=person.upload("government_id")["id"])
    assert person.call(applicant.ListDocuments)["documents"] == []
    sent = submitted(running, "A0000025")
    for document in sent.call(applicant.ListDocuments)["documents"]:
        with pytest.raises(DocumentInUse):
            sent.call(applicant.RemoveDocument, document_id=document["id"])


def test_a_removed_document_that_was_selected_blocks_until_another_is_chosen(running):
    person = Applicant(running)
    person.fill()
    chosen = person.call(applicant.GetPage, page="personal_information")["values"]["government_id_document"]
    person.call(applicant.RemoveDocument, document_id=chosen)
    person.upload("government_id", sha256="ef" * 32)
    blockers = [(one["code"], one["field"]) for one in person.call(applicant.ListBlockers)["blockers"] if one["field"]]
    assert blockers == [("not_your_document", "government_id_document")]


def test_no_document_is_added_after_submission_except_what_may_follow(running):
    person, staff = submitted(running), Staff(running)
    with pytest.raises(ReadOnly):
        person.upload("government_id", sha256="ef" * 32)
    assert staff.receive(person.id, "transcript", sha256="ef" * 32)["from_whom"] == "college"


def test_what_may_follow_is_taken_after_submission_and_must_be_there_before_an_approval(running):
    person, staff = Applicant(running), Staff(running)
    person.fill()
    person.change("conduct", offence_finding=True, offence_details="A fine in 2009.")
    staff.receive(person.id)
    person.submit()
    staff.step(review.MarkComplete, person.id)
    staff.step(review.BeginReview, person.id)
    with pytest.raises(RequirementsOutstanding) as outstanding:
        staff.step(review.Decide, person.id, decision="approved")
    assert outstanding.value.params["names_en"] == "Police vulnerable sector check"
    person.upload("vulnerable_sector_check")
    assert staff.step(review.Decide, person.id, decision="approved")["state"] == "approved"


def test_refusing_a_document_needs_its_reason_and_the_same_verdict_twice_is_one(running):
    person, staff = in_review(running), Staff(running)
    document = staff.see(person.id).documents[0]
    for reason in (None, "  "):
        with pytest.raises((ReasonsNeeded, Invalid)):
            running.call(review.DecideDocument, staff.officer, document_id=document["id"], accepted=False, reason=reason)
    for _ in range(2):
        running.call(review.DecideDocument, staff.officer, document_id=document["id"], accepted=True)
    assert [entry["kind"] for entry in staff.see(person.id).timeline].count("document_accepted") == 1


def test_a_refused_document_blocks_the_draft_until_it_is_replaced_and_selected(running):
    person, staff = Applicant(running), Staff(running)
    person.fill()
    staff.receive(person.id)
    chosen = person.call(applicant.GetPage, page="personal_information")["values"]["government_id_document"]
    running.call(review.DecideDocument, staff.officer, document_id=chosen, accepted=False, reason="Expired in 2020")
    with pytest.raises(SubmissionBlocked) as blocked:
        person.submit()
    first = blocked.value.params["blockers"][0]
    assert (first["code"], first["requirement"]) == ("document_refused", "government_id")
    assert first["message"]["fr"] == "L’Ordre a refusé ce document : Expired in 2020. Veuillez en téléverser un autre."
    better = person.upload("government_id", sha256="ef" * 32)
    person.change("personal_information", government_id_document=str(better["id"]))
    assert person.submit()["state"] == "submitted"
