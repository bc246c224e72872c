"""What a decision rests on raises the version of an application; whoever decides on an older one is told what came since, over the real bus."""

import eventlet
import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import ProgrammingError

from services.applications.models import Change
from services.applications.review.changes import MOST_TOLD
from services.common.kernel import clock
from services.common.kernel.errors import VersionMismatch
from services.contracts.applications import applicant, review
from services.contracts.applications.shapes import ChangedSince
from tests.support.actors.applications_journey import Applicant, Staff, in_review, submitted


@pytest.fixture
def running(system):
    system.start("applications")
    return system


@pytest.fixture
def desk(running):
    """An application in review, the staff at it, and the version that the registrar has read."""
    person, staff = in_review(running), Staff(running)
    staff.person, staff.read = person, staff.see(person.id).version
    return staff


def note(desk, text="Stop: the transcript is forged.", caller=None):
    return desk.system.call(review.AddNote, caller or desk.officer, application_id=desk.person.id, text=text)


def verdict(desk, requirement, accepted, version=None, reason=None, caller=None):
    [document] = [one for one in desk.see(desk.person.id).documents if one["requirement"] == requirement]
    request = {"document_id": document["id"], "accepted": accepted, "reason": reason, "version": version}
    return desk.system.call(review.DecideDocument, caller or desk.officer, **request)


def came_between(desk, contract=review.Decide, version=None, **request):
    """What somebody who takes a step on the version that was read is told, as the contract says it."""
    request = request or {"decision": "refused", "reasons": "The education requirement is not met."}
    with pytest.raises(VersionMismatch) as refused:
        desk.step(contract, desk.person.id, desk.read if version is None else version, **request)
    told = ChangedSince.schema().load(refused.value.params)
    assert told["version"] == desk.see(desk.person.id).version
    return told["changed_since"]


def test_a_decision_on_a_file_to_which_a_transcript_and_a_note_came_is_refused_with_both(desk):
    arrived = desk.receive(desk.person.id, sha256="ef" * 32)
    note(desk)
    paper, remark = came_between(desk)
    assert (paper["kind"], paper["by"], paper["account_id"]) == ("document_arrived", "college", desk.officer.account_id)
    assert paper["words"]["en"].startswith("A document was received: Official transcript") and paper["text"] == "transcript.pdf"
    assert paper["document_id"] == arrived["id"] and paper["words"]["fr"].startswith("Un document a été reçu\u00a0: ")
    assert (remark["kind"], remark["text"], remark["version"]) == (
        "note_added",
        "Stop: the transcript is forged.",
        desk.read + 2,
    )
    assert desk.see(desk.person.id).state == "in_review"
    assert (
        desk.step(review.Decide, desk.person.id, decision="approved")["state"] == "approved"
    )  # on the version that is there now


@pytest.mark.parametrize(
    ("contract", "request_"),
    [
        (review.RequestMore, {"items": [{"field": "phone", "reason": "A digit is missing."}]}),
        (review.ReferToCommittee, {"reasons": "Equivalence is in doubt."}),
        (review.Decide, {"decision": "approved"}),
    ],
)
def test_each_step_on_an_older_version_is_refused_with_what_came(desk, contract, request_):
    note(desk)
    assert [one["kind"] for one in came_between(desk, contract, **request_)] == ["note_added"]


def test_finding_complete_and_beginning_the_review_look_at_the_version_too(running):
    desk = Staff(running)
    desk.person = submitted(running)
    for contract in (review.MarkComplete, review.BeginReview):
        desk.read = desk.see(desk.person.id).version
        note(desk)
        with pytest.raises(VersionMismatch) as refused:
            desk.step(contract, desk.person.id, desk.read)
        assert [one["kind"] for one in refused.value.params["changed_since"]] == ["note_added"]
        desk.step(contract, desk.person.id)


def test_each_thing_that_happens_to_a_document_raises_the_version(running):
    desk, person = Staff(running), Applicant(running)
    desk.person = person

    def raised(act, kind):
        before = desk.see(person.id).version
        act()
        [one] = running.call(review.GetApplication, desk.officer, application_id=person.id, since=before)["changed_since"]
        assert (one["kind"], one["version"]) == (kind, before + 1)
        return one

    card = raised(lambda: person.upload("government_id"), "document_uploaded")
    assert (card["by"], card["account_id"], card["text"]) == ("applicant", None, "government_id.pdf")
    removed = {"document_id": card["document_id"]}
    raised(lambda: person.call(applicant.RemoveDocument, **removed), "document_removed")
    raised(lambda: desk.receive(person.id), "document_arrived")
    refused = raised(lambda: verdict(desk, "transcript", False, reason="Not legible."), "document_refused")
    assert refused["text"] == "Not legible."
    raised(lambda: verdict(desk, "transcript", True), "document_accepted")
    version = desk.see(person.id).version
    verdict(desk, "transcript", True)  # the same again
    assert desk.see(person.id).version == version


def test_a_draft_filled_in_by_its_applicant_raises_no_version_and_submitting_it_does(running):
    person, desk = Applicant(running), Staff(running)
    before = desk.see(person.id).version
    person.change("languages_of_care", languages_of_care=["fr"])
    assert desk.see(person.id).version == before
    person.fill()
    desk.receive(person.id)
    before = desk.see(person.id).version
    person.submit()
    [one] = running.call(review.GetApplication, desk.officer, application_id=person.id, since=before)["changed_since"]
    assert (one["kind"], one["by"]) == ("submitted", "applicant")


def test_answers_that_the_college_had_reopened_are_told_from_and_to_and_once_however_often_they_were_saved(desk):
    desk.step(review.RequestMore, desk.person.id, items=[{"field": "programme_name", "reason": "Give its full name."}])
    for name in ("Master", "Master of Counsel", "Master of Counselling"):
        desk.person.save("education", programme_name=name)
    desk.person.submit()
    asked, answers, sent = came_between(desk, review.RequestMore, items=[{"field": "phone", "reason": "Why?"}])
    assert (asked["kind"], asked["text"], asked["account_id"]) == (
        "information_requested",
        "Give its full name.",
        desk.registrar.account_id,
    )
    assert (answers["kind"], answers["by"], sent["kind"]) == ("answers_changed", "applicant", "information_received")
    [answer] = answers["answers"]
    assert (answer["field"], answer["before"], answer["after"]) == ("programme_name", "Counselling", "Master of Counselling")
    assert answer["label"]["fr"] != answer["label"]["en"]


def test_an_answer_put_back_to_what_it_was_is_no_change_to_tell(desk):
    desk.step(review.RequestMore, desk.person.id, items=[{"field": "programme_name", "reason": "Give its full name."}])
    desk.person.save("education", programme_name="Master of Counselling")
    desk.person.save("education", programme_name="Counselling")
    desk.person.submit()
    kinds = [one["kind"] for one in came_between(desk, review.RequestMore, items=[{"field": "phone", "reason": "Why?"}])]
    assert kinds == ["information_requested", "information_received"]


def test_a_document_of_the_staff_does_not_stand_in_the_way_of_an_applicant_who_is_saving(desk):
    desk.step(review.RequestMore, desk.person.id, items=[{"field": "programme_name", "reason": "Give its full name."}])
    page = desk.person.call(applicant.GetPage, page="education")
    desk.receive(desk.person.id, sha256="ef" * 32)
    note(desk)
    values = page["values"] | {"programme_name": "Master of Counselling"}
    saved = desk.person.call(applicant.SavePage, page="education", values=values, version=page["version"])
    assert saved["version"] == page["version"] + 1
    assert desk.person.submit()["state"] == "submitted"


def test_of_two_officers_who_decide_on_one_document_the_second_is_told_of_the_first(desk):
    [before] = [one for one in desk.see(desk.person.id).documents if one["requirement"] == "transcript"]
    other = desk.system.caller("registration_officer")
    verdict(desk, "transcript", False, before["version"], "The seal is missing.")
    with pytest.raises(VersionMismatch) as refused:
        verdict(desk, "transcript", True, before["version"], caller=other)
    told = ChangedSince.schema().load(refused.value.params)
    [one] = told["changed_since"]
    assert (one["kind"], one["text"], one["account_id"]) == (
        "document_refused",
        "The seal is missing.",
        desk.officer.account_id,
    )
    same = verdict(desk, "transcript", False, before["version"], "The seal is missing.", caller=other)
    assert (same["state"], same["version"]) == ("refused", told["version"])  # whoever says the same is not in anybody's way
    assert verdict(desk, "transcript", True, told["version"], caller=other)["state"] == "accepted"


def test_two_officers_at_one_document_at_the_same_moment_do_not_overwrite_each_other(desk):
    [before] = [one for one in desk.see(desk.person.id).documents if one["requirement"] == "transcript"]
    outcomes = []

    def decide(**request):
        try:
            outcomes.append(verdict(desk, "transcript", version=before["version"], **request)["state"])
        except VersionMismatch:
            outcomes.append("told")

    for one in [eventlet.spawn(decide, accepted=True), eventlet.spawn(decide, accepted=False, reason="Torn.")]:
        one.wait()
    assert sorted(outcomes) in (["accepted", "told"], ["refused", "told"])


def test_of_very_much_that_came_the_last_is_told(desk):
    with desk.system.session("applications") as session:
        session.add_all(
            Change(
                application_id=desk.person.id, version=desk.read + number, at=clock.now(), kind="note_added", by="college",
                actor=f"account/{desk.officer.account_id}", subjects=[], text=f"Note {number}", answers={},
            )
            for number in range(1, MOST_TOLD + 10)
        )  # fmt: skip
    with desk.system.session("applications") as session:
        session.execute(update(Change.__table__.metadata.tables["applications"]).values(version=desk.read + MOST_TOLD + 9))
    told = came_between(desk)
    assert len(told) == MOST_TOLD and told[-1]["text"] == f"Note {MOST_TOLD + 9}"


def test_the_service_itself_cannot_change_what_it_kept_of_changes(desk):
    with desk.system.session("applications") as session:
        assert len(session.scalars(select(Change)).all()) == desk.read - 1
    for statement in (delete(Change.__table__), update(Change.__table__).values(at=clock.now())):
        with pytest.raises(ProgrammingError), desk.system.session("applications", as_service=True) as session:
            session.execute(statement)


def test_applicants_are_never_told_of_notes_by_what_they_may_ask_for(desk):
    note(desk)
    own = desk.person.mine(), desk.person.call(applicant.GetTimeline), desk.person.call(applicant.ListDocuments)
    assert "forged" not in str(own)
