"""Review and decision by staff, and what is announced, over the real bus."""

import datetime as dt

import eventlet
import pytest
from sqlalchemy import delete, event, select, update
from sqlalchemy.exc import ProgrammingError

from services.applications.models import HistoryEntry, ReviewNote, TimelineEntry
from services.common.kernel import clock
from services.common.kernel.errors import Conflict, Forbidden, Invalid, NotFound, VersionMismatch
from services.common.kernel.ids import new_id
from services.common.persistence import audit_trail, tables
from services.contracts.applications import applicant, review
from services.contracts.applications.errors import ReadOnly, ReasonsNeeded, StepNotPossible, SubmissionBlocked
from services.contracts.applications.events import (
    ApplicationApproved,
    ApplicationRefused,
    ApplicationWithdrawn,
    InformationReceived,
    MoreInformationRequested,
)
from tests.support.actors.applications_journey import PAGES, UPGRADING, Applicant, Staff, in_review, submitted

SUPERVISION = {"en": "Practise with supervision.", "fr": "Exerce sous supervision."}
TRACE = 3  # statements of an entry in the audit trail: the lock, the chain's end, the entry


@pytest.fixture
def running(system):
    system.start("applications")
    return system


def test_a_submitted_form_is_read_only_and_cannot_be_submitted_twice(running):
    person = submitted(running)
    with pytest.raises(ReadOnly):
        person.save("declaration", **PAGES["declaration"])
    with pytest.raises(StepNotPossible) as refused:
        person.submit()
    params = refused.value.params
    assert (params["state_en"], params["state_fr"], params["possible"]) == ("Submitted", "Soumise", ["withdraw"])
    assert refused.value.say("fr") == "La demande est «\u00a0Soumise\u00a0». Possible maintenant\u00a0: retirer."
    assert person.mine()["editable_fields"] == [] and person.call(applicant.ListBlockers)["blockers"] == []


def test_the_same_submission_sent_again_under_its_key_is_answered_as_the_first_time(running):
    person, staff = Applicant(running), Staff(running)
    person.fill()
    staff.receive(person.id)
    first, again = (running.call(applicant.SubmitApplication, person.caller, _key="one-key") for _ in range(2))
    assert first == again


def test_asking_for_more_reopens_what_was_named_and_the_answer_goes_back_in_the_file(running):
    person, staff = submitted(running), Staff(running)
    items = [
        {"field": "programme_name", "reason": "Please give its full name."},
        {"requirement": "government_id", "reason": "The photograph cannot be seen."},
    ]
    summary = staff.step(review.RequestMore, person.id, items=items)
    assert (summary["state"], summary["who_acts_next"]) == ("incomplete", "applicant")
    (asked,) = running.announced(MoreInformationRequested)
    due_on = clock.local_date(clock.now(), "America/Toronto") + dt.timedelta(days=30)
    assert asked.data["due_on"] == due_on.isoformat()
    assert asked.data["items"][1] == {
        "name": {"en": "Government-issued identification", "fr": "Pièce d’identité délivrée par le gouvernement"},
        "reason": "The photograph cannot be seen.",
    }
    mine = person.mine()
    assert mine["editable_fields"] == ["government_id_document", "programme_name"]
    assert [item["field"] or item["requirement"] for item in mine["requested"]] == ["programme_name", "government_id"]
    page = person.call(applicant.GetPage, page="education")
    assert page["editable"] == ["programme_name"]
    with pytest.raises(ReadOnly):
        person.change("education", programme_name="Master of Counselling", institution_name="Another school")
    with pytest.raises(ReadOnly):
        person.change("declaration", signature_name="Somebody else")
    with pytest.raises(ReadOnly):
        person.upload("jurisprudence_certificate", sha256="ef" * 32)
    person.save("education", programme_name="Master of Counselling")
    assert person.call(applicant.GetPage, page="education")["values"]["institution_name"] == "Université Laurentienne"
    with pytest.raises(SubmissionBlocked) as blocked:
        person.submit()
    assert [blocker["code"] for blocker in blocked.value.params["blockers"]] == ["document_requested"]
    better = person.upload("government_id", sha256="ef" * 32)
    person.change("personal_information", government_id_document=str(better["id"]))
    assert person.submit()["state"] == "submitted"
    (received,) = running.announced(InformationReceived)
    assert received.data["application_id"] == str(person.id)
    file = staff.see(person.id)
    assert file.values["programme_name"] == "Master of Counselling" and file.requested == []
    assert len([fact for fact in running.heard if fact.type == "ApplicationSubmitted"]) == 1
    with running.session("applications") as session:
        actions = session.scalars(select(tables.audit.c.action)).all()
        assert actions.count("application:amend") == 2 and audit_trail.first_broken_link(session) is None


def test_a_reopened_answer_can_be_completed_by_the_fields_that_it_makes_required(running):
    person, staff = submitted(running), Staff(running)
    staff.step(review.RequestMore, person.id, items=[{"field": "has_clinical_experience", "reason": "You wrote of a practicum."}])
    hours = ["has_clinical_experience", "direct_client_contact_hours", "supervision_hours"]
    assert person.mine()["editable_fields"] == hours
    saved = person.change("clinical_experience", has_clinical_experience=True)
    assert [blocker["field"] for blocker in saved["blockers"]] == hours[1:]
    person.change("clinical_experience", direct_client_contact_hours=450, supervision_hours=100)
    assert person.submit()["state"] == "submitted"


def test_only_what_exists_can_be_asked_for_once_and_in_the_future(running):
    person, staff = submitted(running), Staff(running)
    yesterday = clock.local_date(clock.now(), "America/Toronto") - dt.timedelta(days=1)
    wrong = [
        {"items": [{"field": "shoe_size", "reason": "x"}]},
        {"items": [{"requirement": "horoscope", "reason": "x"}]},
        {"items": [{"reason": "x"}]},
        {"items": [{"field": "phone", "requirement": "transcript", "reason": "x"}]},
        {"items": [{"field": "phone", "reason": "x"}, {"field": "phone", "reason": "y"}]},
        {"items": [{"field": "phone", "reason": "x"}], "due_on": yesterday},
    ]
    for request in wrong:
        with pytest.raises(Invalid):
            staff.step(review.RequestMore, person.id, **request)
    assert person.mine()["state"] == "submitted"


def test_an_approval_carries_the_person_as_the_register_will_show_them(running):
    person, staff = in_review(running), Staff(running)
    summary = staff.step(
        review.Decide, person.id, decision="approved_with_conditions", terms=[{"code": "upgrading"}, SUPERVISION]
    )
    assert summary["state"] == "approved_with_conditions"
    (fact,) = running.announced(ApplicationApproved)
    assert {name: value for name, value in fact.data.items() if name not in {"application_id", "account_id", "approved_at"}} == {
        "reference": "A0000017",
        "category": "rp_qualifying",
        "legal_name": "Amélie Rose Tremblay-Ōta",
        "first_name": "Amélie",
        "last_name": "Tremblay-Ōta",
        "commonly_used_name": "Amy Tremblay",
        "languages_of_care": ["fr", "oj"],
        "terms": [UPGRADING, SUPERVISION | {"code": None}],
        "conditions": [f"{UPGRADING['en']} / {UPGRADING['fr']}", "Practise with supervision. / Exerce sous supervision."],
        "reasons": None,
    }
    mine, file = person.mine(), staff.see(person.id)
    assert summary["terms"] == mine["terms"] == file.terms == fact.data["terms"]


def test_languages_of_care_stay_private_unless_the_applicant_publishes_them(running):
    person, staff = Applicant(running), Staff(running)
    person.fill()
    person.change("languages_of_care", publish_languages=False)
    staff.receive(person.id)
    person.submit()
    for contract in (review.MarkComplete, review.BeginReview):
        staff.step(contract, person.id)
    staff.step(review.Decide, person.id, decision="approved")
    assert running.announced(ApplicationApproved)[0].data["languages_of_care"] == []


def test_a_refusal_needs_reasons_a_condition_needs_words_and_a_plain_approval_has_none(running):
    person, staff = in_review(running), Staff(running)
    for request in ({"decision": "refused"}, {"decision": "refused", "reasons": " "}, {"decision": "approved_with_conditions"}):
        with pytest.raises(ReasonsNeeded):
            staff.step(review.Decide, person.id, **request)
    with pytest.raises(Invalid):
        staff.step(review.Decide, person.id, decision="approved", terms=[SUPERVISION])
    summary = staff.step(review.Decide, person.id, decision="refused", reasons="The education requirement is not met.")
    assert (summary["state"], summary["who_acts_next"]) == ("refused", "nobody")
    (fact,) = running.announced(ApplicationRefused)
    assert fact.data["reasons"] == person.mine()["decision_reasons"] == "The education requirement is not met."


def test_only_the_registrar_decides_and_the_steps_shown_are_those_of_the_role(running):
    person, staff = in_review(running), Staff(running)
    with pytest.raises(Forbidden):
        running.call(review.Decide, staff.officer, application_id=person.id, version=4, decision="approved")
    assert staff.see(person.id, staff.officer).possible_steps == ["request_more"]
    assert staff.see(person.id).possible_steps == [
        "request_more", "refer_to_committee", "approve", "approve_with_conditions", "refuse",
    ]  # fmt: skip


def test_of_two_who_decide_at_once_one_is_told_that_the_other_was_quicker(running):
    person, staff = in_review(running), Staff(running)
    version, outcomes = staff.see(person.id).version, []

    def decide(**request):
        try:
            outcomes.append(staff.step(review.Decide, person.id, version, **request)["state"])
        except Conflict as error:
            outcomes.append(type(error))

    racing = [eventlet.spawn(decide, decision="approved"), eventlet.spawn(decide, decision="refused", reasons="No.")]
    for one in racing:
        one.wait()
    assert VersionMismatch in outcomes and len(set(outcomes) & {"approved", "refused"}) == 1
    running.settle()
    assert len([fact for fact in running.heard if fact.type in {"ApplicationApproved", "ApplicationRefused"}]) == 1


def test_two_submissions_at_once_are_one(running):
    person, staff, outcomes = Applicant(running), Staff(running), []
    person.fill()
    staff.receive(person.id)

    def submit():
        try:
            outcomes.append(person.submit()["state"])
        except StepNotPossible as error:
            outcomes.append(error.code)

    for one in [eventlet.spawn(submit), eventlet.spawn(submit)]:
        one.wait()
    assert sorted(outcomes) == ["step_not_possible", "submitted"]
    running.settle()
    assert len([fact for fact in running.heard if fact.type == "ApplicationSubmitted"]) == 1


def test_a_step_from_the_wrong_state_or_version_changes_nothing(running):
    person, staff = submitted(running), Staff(running)
    version = staff.see(person.id).version
    with pytest.raises(StepNotPossible):
        staff.step(review.BeginReview, person.id)
    with pytest.raises(VersionMismatch):
        staff.step(review.MarkComplete, person.id, version=1)
    with pytest.raises(NotFound):
        running.call(review.MarkComplete, staff.officer, application_id=new_id(), version=1)
    assert (staff.see(person.id).state, staff.see(person.id).version) == ("submitted", version)


def test_the_committee_receives_an_application_with_reasons_and_the_decision_follows(running):
    person, staff = in_review(running), Staff(running)
    assert staff.step(review.ReferToCommittee, person.id, reasons="Equivalence is in doubt.")["state"] == "at_committee"
    assert staff.step(review.Decide, person.id, decision="approved")["state"] == "approved"
    with running.session("applications") as session:
        history = session.scalars(select(HistoryEntry).order_by(HistoryEntry.version)).all()
        assert [entry.step for entry in history] == ["submit", "mark_complete", "begin_review", "refer_to_committee", "approve"]
        assert history[3].reasons == "Equivalence is in doubt."
        assert history[4].actor == f"account/{staff.registrar.account_id}"


def test_notes_are_kept_for_reviewers_and_never_shown_to_the_applicant(running):
    person, staff = submitted(running), Staff(running)
    running.call(review.AddNote, staff.officer, application_id=person.id, text="Called the school.")
    (note,) = staff.see(person.id).notes
    assert (note["text"], note["by"]) == ("Called the school.", str(staff.officer.account_id))
    assert "Called the school." not in str(person.mine()) + str(person.call(applicant.GetTimeline))


def test_the_service_itself_cannot_change_history_timeline_or_notes(running):
    submitted(running)
    for table in (HistoryEntry.__table__, TimelineEntry.__table__, ReviewNote.__table__, tables.audit):
        for statement in (delete(table), update(table).values(at=clock.now())):
            with pytest.raises(ProgrammingError), running.session("applications", as_service=True) as session:
                session.execute(statement)


def test_an_applicant_withdraws_until_the_decision(running):
    person, staff = submitted(running), Staff(running)
    assert person.call(applicant.WithdrawApplication, reason="I am moving.")["state"] == "withdrawn"
    assert running.announced(ApplicationWithdrawn)[0].data["reference"] == "A0000017"
    decided = in_review(running, "A0000025")
    staff.step(review.Decide, decided.id, decision="approved")
    with pytest.raises(StepNotPossible):
        decided.call(applicant.WithdrawApplication)


def test_the_queue_is_paged_oldest_submission_first_with_counts(running):
    people = [submitted(running, f"A000{number}") for number in range(3)]
    draft, staff = Applicant(running, "A0009"), Staff(running)
    seen, cursor = [], None
    while True:
        page = running.call(review.ListApplications, staff.officer, limit=2, cursor=cursor)
        seen += [one["reference"] for one in page["applications"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [*(person.reference for person in people), draft.reference]
    assert (page["counts"]["submitted"], page["counts"]["draft"], page["counts"]["refused"]) == (3, 1, 0)
    by_state = running.call(review.ListApplications, staff.officer, state="draft")["applications"]
    by_reference = running.call(review.ListApplications, staff.officer, reference=" a0001 ")["applications"]
    assert [one["reference"] for one in by_state + by_reference] == ["A0009", "A0001"]
    for cursor in ("nonsense", "WyJ4IiwieSJd"):
        with pytest.raises(Invalid):
            running.call(review.ListApplications, staff.officer, cursor=cursor)


def test_the_file_and_the_queue_take_the_same_few_queries_however_much_there_is(running):
    container = running.containers["applications"]
    database = next(one for one in container.extensions if hasattr(one, "database")).database
    statements = []
    for engine in (database.reads, database.writes):
        event.listen(engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    staff, person = Staff(running), submitted(running)

    def queries(contract, **request):
        statements.clear()
        running.call(contract, staff.officer, **request)
        return len([one for one in statements if "outbox" not in one])  # the relay's

    few = queries(review.ListApplications), queries(review.GetApplication, application_id=person.id)
    for number in range(2):
        staff.receive(submitted(running, f"A000{number}").id, sha256="ef" * 32)
        staff.receive(person.id, sha256=f"{number}f" * 32)
        running.call(review.AddNote, staff.officer, application_id=person.id, text="Seen.")
    assert (queries(review.ListApplications), queries(review.GetApplication, application_id=person.id)) == few == (7, 8 + TRACE)
    since = queries(review.GetApplication, application_id=person.id, since=1)
    assert since == 8 + TRACE + 1  # what came since, however much it is
