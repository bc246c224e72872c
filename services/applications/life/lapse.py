"""Closing applications that were left alone for too long (R2)."""

from sqlalchemy import func, select

from services.applications.dossier import identity_of
from services.applications.life import lifecycle
from services.applications.models import Application
from services.common.kernel import clock
from services.common.observability.logs import get_logger
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.contracts.applications import states
from services.contracts.applications.events import ApplicationLapsed
from services.contracts.college import College

EVERY_S = 24 * 60 * 60
BATCH = 100
ACTOR = "timer/lapse"
log = get_logger("applications")


def sweep(units: UnitOfWorkFactory, college: College) -> int:
    """Lapses every application that is with its applicant and had no action for as many months as the profile says (R2).

    Works in batches of one transaction each; replicas may sweep at once. Gives how many it closed.
    """
    total, months = 0, college.at(clock.now()).review.clocks.stale_months
    while True:
        closed = units.persist(lambda: _batch(units, months))
        total += closed
        if closed < BATCH:
            log.info("applications-lapsed", count=total)
            return total


def _batch(units: UnitOfWorkFactory, months: int) -> int:
    with units.transaction(actor=ACTOR) as work:
        return lapse_some(work, months)


def lapse_some(work: UnitOfWork, months: int) -> int:
    """Closes up to a batch of stale applications, passing over those that somebody is working on. Gives how many."""
    stale = (
        select(Application)
        .where(Application.state.in_(states.EDITABLE), Application.last_action_at < work.now - func.make_interval(0, months))
        .order_by(Application.last_action_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    applications = list(work.session.scalars(stale))
    for application in applications:
        last_action_at = application.last_action_at
        lifecycle.take(work, application, lifecycle.LAPSE)
        work.announce(ApplicationLapsed, ApplicationLapsed.Data(**identity_of(application), last_action_at=last_action_at))
    return len(applications)
