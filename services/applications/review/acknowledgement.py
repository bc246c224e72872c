"""By when the college answers what came in: the application itself, and each answer to what it asked for (R14)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from services.applications.life import lifecycle
from services.applications.models import Application, HistoryEntry
from services.common.deadlines.due import Due
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications import states
from services.contracts.applications.shapes import FEE_TO_BE_PAID

_CAME_IN = (lifecycle.SUBMIT.code, lifecycle.ANSWER.code)


def running(before: datetime) -> Select[tuple[UUID, Any]]:
    """Selects what waits for the college's answer, and when it came in, before an instant."""
    came_in = select(func.max(HistoryEntry.at)).where(
        HistoryEntry.application_id == Application.id, HistoryEntry.step.in_(_CAME_IN)
    )
    at = came_in.scalar_subquery()
    # One whose fee is still to be paid has not come in yet.
    waits = (Application.state == states.SUBMITTED, Application.fee != FEE_TO_BE_PAID)
    return select(Application.id, at).where(*waits, at <= before)


def note_late(work: UnitOfWork, application_id: UUID, due: Due) -> None:
    """Does nothing but what is kept of every deadline that passed: that the answer was late, for the year's report; the queue shows it."""
