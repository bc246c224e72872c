"""Who has taken an application on: each reviewer's own part of the queue."""

import datetime as dt
from uuid import UUID

from services.applications import dossier
from services.applications.dossier import Dossier
from services.applications.life import clocks, summaries
from services.common.deadlines import answers
from services.common.deadlines.due import Due
from services.common.deadlines.rules import Rule
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications.shapes import QueuedSummary
from services.contracts.college import College


def assign(work: UnitOfWork, college: College, application_id: UUID, mine: bool) -> QueuedSummary:
    """Takes an application on, also from a colleague, or gives it back; asked twice it is done once. Raises NotFound."""
    application = dossier.locked(work, application_id)
    before, after = application.assigned_to, work.caller.account_id if mine else None
    if before != after:
        application.assigned_to = after
        work.audit("application:assign", f"application/{application.id}", {"assigned_to": before}, {"assigned_to": after})
    file = dossier.load(work.session, application)
    return queued(college, file, work.now, clocks.due_of(work.session, college, [application], work.now).get(application.id))


def queued(college: College, file: Dossier, now: dt.datetime, clock: tuple[Rule, Due] | None) -> QueuedSummary:
    """The summary of an application as staff see it, with the clock that runs."""
    return QueuedSummary(
        **vars(summaries.summarise(college, file, now)),
        assigned_to=file.application.assigned_to,
        deadline=answers.running(*clock) if clock else None,
    )
