"""Closing an application that was left alone for too long (R2)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from services.applications.dossier import identity_of
from services.applications.life import lifecycle
from services.applications.models import Application
from services.common.deadlines.due import Due
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications import states
from services.contracts.applications.events import ApplicationLapsed


def running(before: datetime) -> Select[tuple[UUID, Any]]:
    """Selects what is with its applicant, and when something was last done, before an instant."""
    with_applicant = (Application.state.in_(states.EDITABLE), Application.last_action_at <= before)
    return select(Application.id, Application.last_action_at).where(*with_applicant)


def lapse(work: UnitOfWork, application_id: UUID, due: Due) -> None:
    """Closes the application (locked) and announces it, with what the clock counted from."""
    application = work.session.get_one(Application, application_id)
    lifecycle.take(work, application, lifecycle.LAPSE)
    work.announce(ApplicationLapsed, ApplicationLapsed.Data(**identity_of(application), last_action_at=due.begins))
