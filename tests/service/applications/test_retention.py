"""Destroying what was in closed applications once it is past its time, with its files, unless it is held (R15)."""

import os
import time

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import ProgrammingError

from services.applications.models import (
    Application,
    ApplicationPage,
    Change,
    Document,
    FileToRemove,
    HistoryEntry,
    RequestedItem,
    ReviewNote,
    TimelineEntry,
    legal_holds,
)
from services.applications.privacy import retention
from services.common.documents.files import FileStore
from services.common.kernel.errors import NotFound
from services.common.persistence.tables import audit
from services.contracts import applications as contracts
from services.contracts.applications import applicant, review, states
from services.contracts.identity.events import AccountDestroyed, LegalHoldLifted, LegalHoldPlaced
from tests.support.actors.applications_journey import Applicant, Staff, in_review, submitted
from tests.support.actors.correspondence_desk import until
from tests.support.actors.retention_desk import age, college, destructions, hold, works_of, years_ago

PARTS = (ApplicationPage, Document, RequestedItem, TimelineEntry, ReviewNote, HistoryEntry, Change)
LATE = {"last_action_at": years_ago(2, days=1)}


@pytest.fixture
def running(system):
    system.start("applications")
    system.files = FileStore(system.folder / "files")
    return system


def run(system):
    with works_of(system, "applications") as units:
        retention.destroy_due(units, college(), system.files)


def upload(system, content, hours_ago=2):
    """Stores a file as the gateway does, some hours ago, and gives its hash."""
    incoming = system.files.receive(len(content))
    incoming.write(content)
    sha256, at = incoming.keep(), time.time() - hours_ago * 3600
    os.utime(system.folder / "files" / sha256[:2] / sha256, (at, at))
    return sha256


def withdrawn(system, reference="A0000017", **columns):
    """Somebody who withdrew a submitted application, with a note of a reviewer in it, long ago unless told."""
    person = submitted(system, reference)
    system.call(review.AddNote, Staff(system).officer, application_id=person.id, text="Looks doubtful to me.")
    person.call(applicant.WithdrawApplication)
    age(system, "applications", Application, person.id, **(columns or LATE))
    return person


def left_of(system, application_id):
    """How many rows there are of each part of an application, those without any left out."""
    with system.session("applications") as session:
        found = {
            part.__tablename__: session.scalar(
                select(func.count()).select_from(part).where(part.application_id == application_id)
            )
            for part in PARTS
        }
    return {name: rows for name, rows in found.items() if rows}


def row_of(system, application_id):
    with system.session("applications") as session:
        return session.execute(select(Application.__table__).where(Application.id == application_id)).one()


def test_what_was_in_a_withdrawn_application_goes_and_that_there_was_one_stays(running):
    person, other = withdrawn(running), withdrawn(running, "A0000025", last_action_at=years_ago(2, days=-2))
    before = row_of(running, person.id)
    assert set(left_of(running, person.id)) == {part.__tablename__ for part in PARTS} - {"requested_items"}
    run(running)
    assert left_of(running, person.id) == {"timeline_entries": 1}
    after = row_of(running, person.id)
    assert (after.reference, after.state, after.submitted_at) == (before.reference, "withdrawn", before.submitted_at)
    assert (after.applicant_name, after.category, after.route, after.conditions) == (None, None, None, [])
    assert after.destroyed_at is not None
    assert set(left_of(running, other.id)) == {part.__tablename__ for part in PARTS} - {"requested_items"}


def test_its_applicant_and_the_staff_still_see_what_became_of_it(running):
    person = withdrawn(running)
    run(running)
    assert (person.mine()["state"], person.mine()["applicant_name"]) == ("withdrawn", None)
    seen = Staff(running).see(person.id)
    assert (seen.values, seen.documents, seen.notes) == ({}, [], [])
    [told] = person.call(applicant.GetTimeline)["entries"]
    assert told["words"]["fr"] == "L’Ordre ne conserve plus ce que contenait cette demande."


def test_the_trail_says_what_went_by_which_rule_and_repeats_nothing(running):
    person = withdrawn(running)
    run(running)
    run(running)
    [entry] = destructions(running, "applications")
    assert (entry.actor, entry.subject) == ("timer/retention", f"abandoned_applications/{person.id}")
    assert entry.after["rule"] == "2 years from closed"
    with running.session("applications") as session:
        whole = str(session.execute(select(audit)).all())
    assert "Looks doubtful" not in whole
    assert "Tremblay" not in whole


@pytest.mark.parametrize("state", [states.LAPSED, states.REFUSED])
def test_each_way_to_close_an_application_has_a_time_of_its_own(running, state):
    person = withdrawn(running, state=state, decided_at=years_ago(9), **LATE)
    run(running)
    assert (row_of(running, person.id).destroyed_at is None) == (state == states.REFUSED)
    age(running, "applications", Application, person.id, decided_at=years_ago(10, days=1))
    run(running)
    assert row_of(running, person.id).destroyed_at is not None


def test_what_is_not_closed_and_what_was_approved_stays_however_old(running):
    people = {state: in_review(running, f"A00{number:02}") for number, state in enumerate((states.IN_REVIEW, *states.APPROVALS))}
    finalised = in_review(running, "A0090")
    people |= {states.FINALISED: finalised, states.DRAFT: Applicant(running, "A0099")}
    for state, person in people.items():
        old = {"last_action_at": years_ago(50), "decided_at": years_ago(50), "opened_at": years_ago(50)}
        age(running, "applications", Application, person.id, state=state, **old)
    run(running)
    assert destructions(running, "applications") == []
    assert [row_of(running, person.id).destroyed_at for person in people.values()] == [None] * 5


def test_what_is_held_stays_until_the_hold_is_lifted_whatever_order_the_facts_come_in(running):
    person, other = withdrawn(running), withdrawn(running, "A0000025")
    placed = hold(running, person.account_id)
    early = {"hold_id": person.id, "account_id": other.account_id}
    running.publish(LegalHoldLifted, **early)
    until(lambda: len(holds(running)) == 2)
    running.publish(LegalHoldPlaced, **early)
    running.settle()
    run(running)
    assert row_of(running, person.id).destroyed_at is None
    assert row_of(running, other.id).destroyed_at is not None
    placed.lift()
    until(lambda: not any(not one.lifted for one in holds(running)))
    run(running)
    assert row_of(running, person.id).destroyed_at is not None


def holds(system):
    with system.session("applications") as session:
        return session.execute(select(legal_holds)).all()


# ---- files ---------------------------------------------------------------------------------------------------------------


def with_files(system, person, *hashes):
    """Makes these the files of a person's documents."""
    with system.session("applications") as session:
        documents = session.scalars(select(Document.id).where(Document.application_id == person.id)).all()
        for document, sha256 in zip(documents, hashes, strict=False):
            session.execute(update(Document).where(Document.id == document).values(sha256=sha256))


def kept(system, sha256):
    try:
        system.files.open(sha256).close()
    except NotFound:
        return False
    return True


def test_files_go_with_their_documents_but_not_one_that_another_document_is(running):
    person, other = withdrawn(running), submitted(running, "A0000025")
    own, shared = upload(running, b"passport"), upload(running, b"a form that everybody sends")
    with_files(running, person, own, shared)
    with_files(running, other, shared)
    run(running)
    assert (kept(running, own), kept(running, shared)) == (False, True)
    with running.session("applications") as session:
        assert session.scalars(select(FileToRemove.sha256)).all() == []


def test_a_paper_that_a_service_made_stays_when_the_same_file_was_uploaded_and_goes(running):
    person, paper = withdrawn(running), running.files.put(b"a receipt as PDF")
    assert upload(running, b"a receipt as PDF") == paper
    with_files(running, person, paper)
    run(running)
    assert not (running.folder / "files" / paper[:2] / paper).exists()
    assert running.files.read(paper) == b"a receipt as PDF"


def test_a_file_that_is_just_coming_again_is_left_for_a_later_run(running):
    person, sha256 = withdrawn(running), upload(running, b"passport", hours_ago=0)
    with_files(running, person, sha256)
    run(running)
    assert kept(running, sha256)
    upload(running, b"passport", hours_ago=2)  # nobody recorded it
    run(running)
    assert not kept(running, sha256)


def test_a_run_that_was_cut_short_before_the_files_is_made_up_for(running):
    person, sha256 = withdrawn(running), upload(running, b"passport")
    with_files(running, person, sha256)
    with works_of(running, "applications") as units, units.transaction() as work:
        work.session.execute(select(func.destroy_application(person.id, False)))
    assert kept(running, sha256)
    run(running)
    assert not kept(running, sha256)


def test_the_file_of_a_document_that_its_applicant_removed_goes_too_unless_it_was_sent_again(running):
    person, gone, again = Applicant(running), upload(running, b"passport"), upload(running, b"diploma")
    for sha256 in (gone, again):
        document = person.upload("government_id", sha256=sha256)
        person.call(applicant.RemoveDocument, document_id=document["id"])
    person.upload("government_id", sha256=again)
    assert kept(running, gone)
    run(running)
    assert (kept(running, gone), kept(running, again)) == (False, True)


# ---- what the database itself holds --------------------------------------------------------------------------------------


def destroy(system, person, whole=False, as_service=True):
    with system.session("applications", as_service=as_service) as session:
        session.execute(select(func.destroy_application(person.id, whole)))


def test_the_service_can_destroy_only_what_is_closed_and_not_held(running):
    open_one, closed, held = submitted(running), withdrawn(running, "A0000025"), withdrawn(running, "A0000033")
    hold(running, held.account_id)
    until(lambda: len(holds(running)) == 1)
    for person, whole in ((open_one, False), (held, False), (closed, True), (open_one, True)):
        with pytest.raises(ProgrammingError, match="must not be destroyed"):
            destroy(running, person, whole)
    destroy(running, closed)
    for statement in (
        "DELETE FROM application_history",
        "DELETE FROM timeline_entries",
        "DELETE FROM review_notes",
        "DELETE FROM application_changes",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            running.session("applications", as_service=True) as session,
        ):
            session.execute(text(statement))


def test_nobody_but_the_service_may_call_the_function(running):
    with running.session("applications") as session:
        query = text("SELECT proacl::text FROM pg_proc WHERE proname = 'destroy_application'")
        rights = session.scalar(query)
    assert "test_applications=X" in rights
    assert "{=X" not in rights and ",=X" not in rights  # no right of PUBLIC


# ---- accounts that are no more -------------------------------------------------------------------------------------------


def test_the_draft_of_an_account_that_was_destroyed_goes_as_a_whole(running):
    person, other = Applicant(running), Applicant(running, "A0000025")
    application_id = person.id
    told = running.publish(AccountDestroyed, account_id=person.account_id)
    until(lambda: len(destructions(running, "applications")) == 1)
    running.publish_again(told)
    running.settle()
    assert left_of(running, application_id) == {}
    with running.session("applications") as session:
        assert session.scalars(select(Application.id)).all() == [other.id]
    assert running.dead_letters("applications") == []


def test_a_draft_that_somebody_wrote_in_is_not_destroyed_with_its_account_but_parked_for_a_person(running):
    person = Applicant(running)
    person.fill()
    running.publish(AccountDestroyed, account_id=person.account_id)
    until(lambda: running.dead_letters("applications"))
    assert left_of(running, person.id)["application_pages"] > 0


def test_the_preview_counts_what_the_next_run_destroys(running):
    withdrawn(running)
    held = withdrawn(running, "A0000025")
    hold(running, held.account_id)
    until(lambda: len(holds(running)) == 1)
    reply = running.call(contracts.retention.PreviewRetention, running.caller("registrar"))
    assert {one["type"]: one["due"] for one in reply["records"]} == {"abandoned_applications": 1, "refused_applications": 0}
    run(running)
    reply = running.call(contracts.retention.PreviewRetention, running.caller("registrar"))
    assert {one["due"] for one in reply["records"]} == {0}
