"""Planned changes come into force by themselves: at the college's midnight the register is composed anew for whom a fact begins or ends.

Days that were missed, as nothing ran, are made up for. One replica at a time; a registrant in a transaction.
"""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, DateTime, and_, cast, func, or_, select, union
from sqlalchemy.dialects.postgresql import insert

from services.common.observability.logs import get_logger
from services.common.persistence.unit_of_work import UnitOfWorkFactory
from services.contracts.college import College
from services.registry import register_entries
from services.registry.facts import record_keeping
from services.registry.facts.kinds import KINDS
from services.registry.facts.shape import BELIEVED
from services.registry.models import ComposedDay, Registrant

EVERY_S = 60
SETTLE_MINUTES = 2
ACTOR = "timer/register"
log = get_logger("registry")


def compose_due(units: UnitOfWorkFactory, college: College) -> int:
    """Has the register show what begins or ends on the days since it was last done, today included; gives of how many registrants.

    Costs one short question where today is done already. What is kept just before midnight may be committed just after it: a day is done
    once it was composed some minutes after its beginning.
    """
    with units.reading() as work:
        today = register_entries.today(work, college)
        done = work.session.scalar(
            select(func.max(ComposedDay.day)).where(ComposedDay.done_at > _settled(college, ComposedDay.day))
        )
        if done is not None and done >= today:
            return 0
        due = list(work.session.scalars(_due(done, today)))
    for registrant_id in due:
        units.persist(partial(_compose, units, college, registrant_id))
    units.persist(lambda: _note(units, today))
    log.info("register-composed", day=today.isoformat(), registrants=len(due))
    return len(due)


def _due(done: date | None, today: date) -> CompoundSelect[tuple[UUID]]:
    # Facts that were entered with their days in the past were shown when they were entered.
    parts = []
    for kind in KINDS:
        bounds = (func.lower(kind.effective), func.upper(kind.effective))
        fall_due = (and_(bound <= today, bound > done) if done else bound == today for bound in bounds)
        parts.append(select(kind.registrant_id).where(BELIEVED, or_(*fall_due)))
    return union(*parts)


def _compose(units: UnitOfWorkFactory, college: College, registrant_id: UUID) -> None:
    with units.transaction(actor=ACTOR) as work:
        record_keeping.lock(work, registrant_id)
        registrant = work.session.get_one(Registrant, registrant_id)
        register_entries.publish(work, college, registrant, record_keeping.believed(work.session, registrant_id))


def _note(units: UnitOfWorkFactory, today: date) -> None:
    with units.transaction(actor=ACTOR) as work:
        work.session.execute(
            insert(ComposedDay)
            .values(day=today, done_at=work.now)
            .on_conflict_do_update(index_elements=["day"], set_={"done_at": work.now})
        )


def _settled(college: College, day: Any) -> ColumnElement[datetime]:
    midnight = func.timezone(college.time_zone.key, cast(day, DateTime(timezone=False)))
    return midnight + timedelta(minutes=SETTLE_MINUTES)
