"""More time for an application, or a clock that stands still: given by staff with a reason, and taken back (R2, R14)."""

from uuid import UUID

from services.applications import dossier
from services.applications.life import clocks
from services.applications.models import Application, deadlines
from services.common.deadlines import answers, keeping
from services.common.deadlines.calls import (
    DeadlineDecision,
    DeadlinesOfOne,
    Extension,
    ResumedClock,
    TakenBack,
)
from services.common.deadlines.errors import NoSuchClock
from services.common.deadlines.rules import Rule
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.college import College


def read(work: UnitOfWork, college: College, application_id: UUID) -> DeadlinesOfOne:
    """The clock that runs for an application, if one does, and what puts it off. Raises NotFound, OwnMatter."""
    return _told(work, college, dossier.one(work, application_id))


def extend(work: UnitOfWork, college: College, request: Extension) -> DeadlinesOfOne:
    """Gives more days. Raises NotFound, OwnMatter, NoSuchClock."""
    application, rule = _running(work, college, request.subject_id, request.rule)
    keeping.extend(work, deadlines, rule, application.id, request.days, request.reason)
    return _told(work, college, application)


def pause(work: UnitOfWork, college: College, request: DeadlineDecision) -> DeadlinesOfOne:
    """Stops the clock. Raises NotFound, OwnMatter, NoSuchClock, CannotBePaused, PausedAlready."""
    application, rule = _running(work, college, request.subject_id, request.rule)
    keeping.pause(work, deadlines, rule, application.id, request.reason)
    return _told(work, college, application)


def resume(work: UnitOfWork, college: College, request: ResumedClock) -> DeadlinesOfOne:
    """Lets the clock go on. Raises NotFound, OwnMatter, NoSuchClock."""
    application, rule = _running(work, college, request.subject_id, request.rule)
    keeping.resume(work, deadlines, rule, application.id)
    return _told(work, college, application)


def take_back(work: UnitOfWork, college: College, request: TakenBack) -> DeadlinesOfOne:
    """Takes an extension or a pause back. Raises NotFound, OwnMatter."""
    application = dossier.locked(work, request.subject_id)
    keeping.take_back(work, deadlines, application.id, request.adjustment_id, request.reason)
    return _told(work, college, application)


def _running(work: UnitOfWork, college: College, application_id: UUID, code: str) -> tuple[Application, Rule]:
    # Locked, so that the timer sees what was given, or was there before it: then the state is another one.
    application = dossier.locked(work, application_id)
    rule = clocks.rule_of(college, application)
    if rule is None or rule.code != code:
        raise NoSuchClock()
    return application, rule


def _told(work: UnitOfWork, college: College, application: Application) -> DeadlinesOfOne:
    found = clocks.due_of(work.session, college, [application], work.now)
    return DeadlinesOfOne(deadlines=[answers.in_full(rule, due) for rule, due in found.values()])
