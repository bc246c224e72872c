"""What staff see: the queue of applications, and one application with everything in it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from services.applications import dossier
from services.applications.documents import documents
from services.applications.form import requirements
from services.applications.life import clocks, lifecycle, summaries, timeline
from services.applications.models import Application, HistoryEntry, ReviewNote
from services.applications.review import approved_person, assignments, changes, searches
from services.applications.review.changes import What
from services.applications.review.queue_orders import ORDERS
from services.common.persistence import name_search, ordering
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications import states
from services.contracts.applications.review import GetApplication, ListApplications, ReferencesWithNames, ReferenceWithName
from services.contracts.applications.shapes import Change, Note
from services.contracts.college import College, CollegeOnDay

_DECISIONS = (*states.APPROVALS, states.REFUSED)
FILTERS: dict[str, Callable[[Any], ColumnElement[bool]]] = {
    "state": lambda state: Application.state == state,
    "reference": lambda reference: Application.reference == reference.strip().upper(),
    "name": lambda name: name_search.has(Application.applicant_name, name),
    "category": lambda category: Application.category == category,
    "account_id": lambda account_id: Application.account_id == account_id,
}


def list_applications(work: UnitOfWork, college: College, request: ListApplications.Request) -> ListApplications.Reply:
    """One page of applications in an order (queue_orders.py), with how many there are in each state and how many are the caller's.

    Where nothing has the name that was typed, what nearly has it is shown, and said to be that. Five queries, whatever the page holds,
    one more for a second look, one or two for each kind of clock that runs. Raises Invalid for a cursor that was not written here.
    """
    filtered = select(Application).where(*(rule(value) for name, rule in FILTERS.items() if (value := getattr(request, name))))
    if request.mine:
        filtered = filtered.where(Application.assigned_to == work.caller.account_id)
    for with_slips, meaning in searches.meanings(college, request.text):
        query = filtered.where(meaning)
        rows, query = ordering.apart(Application, query) if request.text or request.name else (Application, query)
        shown, next_cursor = ORDERS[request.order].page(work.session, rows, query, request.cursor, request.limit)
        nearly = with_slips and bool(shown)
        if shown:
            break
    files = dossier.load_all(work.session, shown)
    running = clocks.due_of(work.session, college, shown, work.now)
    own = func.count().filter(Application.assigned_to == work.caller.account_id)
    by_state = work.session.execute(select(Application.state, func.count(), own).group_by(Application.state)).tuples().all()
    return ListApplications.Reply(
        applications=[
            assignments.queued(college, files[application.id], work.now, running.get(application.id)) for application in shown
        ],
        next_cursor=next_cursor,
        nearly=nearly,
        counts=dict.fromkeys(states.ALL, 0) | {state: count for state, count, _ in by_state},
        mine=sum(mine for state, _, mine in by_state if state in lifecycle.UNDECIDED),
    )


def references(work: UnitOfWork, application_ids: list[UUID], account_ids: list[UUID]) -> ReferencesWithNames:
    """Gives what applications are called, by their ids or those of their accounts. One query; what is not there is left out."""
    wanted = or_(Application.id.in_(application_ids), Application.account_id.in_(account_ids))
    columns = (Application.id, Application.account_id, Application.reference, Application.applicant_name)
    found = work.session.execute(select(*columns).where(wanted)).tuples()
    return ReferencesWithNames(
        applications=[
            ReferenceWithName(id=application_id, account_id=account_id, reference=reference, applicant_name=name)
            for application_id, account_id, reference, name in found
        ]
    )


def get_application(work: UnitOfWork, college: College, application_id: UUID, since: int | None) -> GetApplication.Reply:
    """One application with all that a reviewer needs, and the steps that this caller may take; leaves in the trail who looked.

    With `since`, what came after that version. Six queries, one more once it was decided, one more for what came, one or two for the clock
    that runs, and three for the trail. Raises NotFound.
    """
    application = dossier.one(work, application_id)
    work.audit("application:read", f"application/{application.id}")
    file, rules = dossier.load(work.session, application), dossier.judged_by(college, application, work.now)
    clock = clocks.due_of(work.session, college, [application], work.now).get(application.id)
    notes = work.session.scalars(
        select(ReviewNote).filter_by(application_id=application_id).order_by(ReviewNote.at, ReviewNote.id)
    )
    return GetApplication.Reply(
        **vars(assignments.queued(college, file, work.now, clock)),
        values=file.answers,
        requirements=[requirement.shown() for requirement in requirements.live(rules, file)],
        documents=[documents.shown(document) for document in file.documents],
        notes=[_note(note) for note in notes],
        timeline=timeline.entries(work.session, rules, application_id, about=True),
        requested=summaries.asked_for(file),
        possible_steps=[
            step.code for step in lifecycle.possible(application.state, work.caller.roles & lifecycle.REVIEWERS, application.fee)
        ],
        legal_name=approved_person.as_registered(rules, file.answers)["legal_name"] or None,
        decided_by=_decided_by(work, application) if application.decided_at else None,
        changed_since=_changed(work, rules, application, since),
    )


def _changed(work: UnitOfWork, college: CollegeOnDay, application: Application, since: int | None) -> list[Change]:
    if since is None or since >= application.version:
        return []
    return changes.since(work.session, college, application.id, since)


def _decided_by(work: UnitOfWork, application: Application) -> UUID | None:
    taken = select(HistoryEntry.actor).filter_by(application_id=application.id).where(HistoryEntry.to_state.in_(_DECISIONS))
    actor = work.session.scalar(taken.order_by(HistoryEntry.version.desc()).limit(1))
    return UUID(actor.removeprefix("account/")) if actor else None


def add_note(work: UnitOfWork, application_id: UUID, text: str) -> Note:
    """Adds a note, which stays as it is and which the applicant never sees. Raises NotFound."""
    application = dossier.locked(work, application_id)
    note = ReviewNote(application_id=application.id, at=work.now, by=str(work.caller.account_id), text=text)
    work.session.add(note)
    changes.record(work, application, "note_added", What(text=text))
    work.audit("application:note", f"application/{application.id}")
    return _note(note)


def _note(note: ReviewNote) -> Note:
    return Note(at=note.at, by=note.by, text=note.text)
