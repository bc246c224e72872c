"""What staff see: the queue of applications, and one application with everything in it."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text, tuple_

from services.applications import blockers, dossier, lifecycle, requirements, summaries, timeline
from services.applications.models import QUEUE_ORDER, Application, ReviewNote
from services.common.errors import Invalid
from services.common.paging import read_cursor, write_cursor
from services.common.work import Work
from services.contracts.applications import states
from services.contracts.college import College

NEVER = "infinity"


def list_applications(
    work: Work, college: College, *, state: str | None, reference: str | None, cursor: str | None, limit: int
) -> dict[str, Any]:
    """One page of applications, oldest submission first and drafts last, with the number of applications in each state.

    Five queries, whatever the page holds. Raises Invalid for a cursor that was not written here.
    """
    query = _after(select(Application), cursor).order_by(QUEUE_ORDER, Application.id).limit(limit + 1)
    if state:
        query = query.where(Application.state == state)
    if reference:
        query = query.where(Application.reference == reference.strip().upper())
    found = list(work.session.scalars(query))
    shown = found[:limit]
    files = dossier.load_all(work.session, shown)
    counts = dict.fromkeys(states.ALL, 0)
    counts |= dict(work.session.execute(select(Application.state, func.count()).group_by(Application.state)).tuples().all())
    return {
        "applications": [summaries.summarise(college, files[one.id], work.now) for one in shown],
        "next_cursor": write_cursor(shown[-1].submitted_at or NEVER, shown[-1].id) if len(found) > limit else None,
        "counts": counts,
    }


def _after(query: Select[tuple[Application]], cursor: str | None) -> Select[tuple[Application]]:
    key = read_cursor(cursor, parts=2)
    if key is None:
        return query
    last = text("(CAST(:submitted_at AS timestamptz), CAST(:id AS uuid))").bindparams(
        submitted_at=_instant(key[0]), id=_id(key[1])
    )
    return query.where(tuple_(QUEUE_ORDER, Application.id) > last)


def _instant(part: Any) -> str:
    try:
        return part if part == NEVER else dt.datetime.fromisoformat(part).astimezone(dt.UTC).isoformat()
    except (TypeError, ValueError, OverflowError):
        raise _not_ours() from None


def _id(part: Any) -> str:
    try:
        return str(UUID(part))
    except (TypeError, ValueError, AttributeError):
        raise _not_ours() from None


def _not_ours() -> Invalid:
    return Invalid(errors=[{"field": "cursor", "code": "invalid"}])


def get_application(work: Work, college: College, application_id: UUID) -> dict[str, Any]:
    """One application with all that a reviewer needs, and the steps that this caller may take; leaves in the trail who looked.

    Six queries, and three for the trail. Raises NotFound.
    """
    application = dossier.one(work, application_id)
    work.audit("application:read", f"application/{application.id}")
    file = dossier.load(work.session, application)
    notes = work.session.scalars(
        select(ReviewNote).filter_by(application_id=application_id).order_by(ReviewNote.at, ReviewNote.id)
    )
    return summaries.summary(application, blockers.find(college, file, work.now)) | {
        "values": file.answers,
        "requirements": [one.shown() for one in requirements.live(college, file)],
        "documents": file.documents,
        "notes": list(notes),
        "timeline": timeline.entries(work.session, college, application_id),
        "requested": file.requested,
        "possible_steps": [step.code for step in lifecycle.possible(application.state, work.caller.roles & lifecycle.REVIEWERS)],
    }


def add_note(work: Work, application_id: UUID, text: str) -> ReviewNote:
    """Adds a note, which stays as it is and which the applicant never sees. Raises NotFound."""
    application = dossier.one(work, application_id)
    note = ReviewNote(application_id=application.id, at=work.now, by=str(work.caller.account_id), text=text)
    work.session.add(note)
    work.audit("application:note", f"application/{application.id}")
    return note
