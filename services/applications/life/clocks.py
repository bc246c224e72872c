"""The deadlines of applications: which clock runs, and what comes of it (R2, R14). When each is due, `services/common/deadlines` computes."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session

from services.applications.life import lapse
from services.applications.models import Application, deadlines
from services.applications.review import acknowledgement
from services.common.deadlines import keeping
from services.common.deadlines import sweep as deadline_sweep
from services.common.deadlines.due import Due
from services.common.deadlines.rules import A_DAY, Rule
from services.common.deadlines.sweep import Watched
from services.common.kernel import clock
from services.common.persistence.unit_of_work import UnitOfWorkFactory
from services.contracts.applications import states
from services.contracts.applications.shapes import FEE_TO_BE_PAID
from services.contracts.college import College
from services.contracts.college.deadlines import ACKNOWLEDGEMENT, LAPSE

# At most one clock runs for an application: that of whoever's turn it is.
_RULES = {states.SUBMITTED: ACKNOWLEDGEMENT} | dict.fromkeys(states.EDITABLE, LAPSE)


def watched(college: College) -> list[Watched]:
    """What is looked at, each by the college's rule."""
    rules = college.at(clock.now())
    return [
        Watched(rules.deadline(LAPSE), lapse.running, lapse.lapse),
        Watched(rules.deadline(ACKNOWLEDGEMENT), acknowledgement.running, acknowledgement.note_late),
    ]


def sweep(units: UnitOfWorkFactory, college: College) -> int:
    """Does what has come and was not done yet; gives how many steps."""
    return deadline_sweep.sweep(units, deadlines, watched(college), college.time_zone.key)


def rule_of(college: College, application: Application) -> Rule | None:
    """The rule of the clock that runs for an application, if one does."""
    code = _code_of(application)
    return college.at(clock.now()).deadline(code) if code else None


def _code_of(application: Application) -> str | None:
    # Until its fee is paid an application has not come in: it is the applicant's turn, and nothing ends meanwhile.
    if application.state == states.SUBMITTED and application.fee == FEE_TO_BE_PAID:
        return None
    return _RULES.get(application.state)


def due_of(
    session: Session, college: College, applications: Iterable[Application], now: datetime
) -> dict[UUID, tuple[Rule, Due]]:
    """By when each is due of those whose clock runs: two queries for any number under a rule, and none where no clock runs."""
    found: dict[UUID, tuple[Rule, Due]] = {}
    by_rule: dict[str, list[Application]] = {}
    for application in applications:
        if code := _code_of(application):
            by_rule.setdefault(code, []).append(application)
    for code, theirs in by_rule.items():
        rule, ids = college.at(now).deadline(code), [application.id for application in theirs]
        begun = (
            [(application.id, application.last_action_at) for application in theirs]
            if code == LAPSE
            else session.execute(_among(acknowledgement.running(now + A_DAY), ids)).tuples().all()
        )
        dues = keeping.due_of(session, deadlines, rule, college.time_zone.key, now, begun)
        found |= {subject_id: (rule, due) for subject_id, due in dues.items()}
    return found


def _among(statement: Select[tuple[UUID, datetime]], ids: list[UUID]) -> Select[tuple[UUID, datetime]]:
    return statement.where(Application.id.in_(ids))
