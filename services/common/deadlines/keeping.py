"""The adjustments of deadlines: given, ended, taken back, each with a reason and a trace, and read for whoever computes."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.deadlines.adjustments import EXTENSION, OUTAGE, PAUSE, Adjustment
from services.common.deadlines.due import Due, due
from services.common.deadlines.errors import CannotBePaused, NoSuchClock, PausedAlready
from services.common.deadlines.rules import Rule
from services.common.deadlines.tables import DeadlineTables
from services.common.kernel.errors import NotFound
from services.common.kernel.ids import new_id
from services.common.persistence.statements import rows_changed
from services.common.persistence.unit_of_work import UnitOfWork


def adjustments_of(
    session: Session, tables: DeadlineTables, rule: Rule, subject_ids: Collection[UUID]
) -> dict[UUID, tuple[Adjustment, ...]]:
    """Gives what is in force for each subject under a rule, everybody's included."""
    table = tables.adjustments
    whose = or_(table.c.subject_id.is_(None), table.c.subject_id.in_(subject_ids))
    which = or_(table.c.rule.is_(None), table.c.rule == rule.code)
    rows = session.execute(
        select(table).where(whose, which, table.c.taken_back_at.is_(None)).order_by(table.c.given_at, table.c.id)
    )
    found = [(row.subject_id, _adjustment(row)) for row in rows]
    return {
        subject_id: tuple(adjustment for whose_id, adjustment in found if whose_id in (None, subject_id))
        for subject_id in subject_ids
    }


def due_of(
    session: Session, tables: DeadlineTables, rule: Rule, zone: str, now: datetime, begun: Iterable[tuple[UUID, datetime]]
) -> dict[UUID, Due]:
    """Says by when each subject's is due, by what it began with and what is in force for it."""
    begins = dict(begun)
    given = adjustments_of(session, tables, rule, begins.keys()) if begins else {}
    return {subject_id: due(rule, begins[subject_id], given[subject_id], zone, now) for subject_id in begins}


def extend(work: UnitOfWork, tables: DeadlineTables, rule: Rule, subject_id: UUID, days: int, reason: str) -> UUID:
    """Gives one subject so many days more, in the run of the clock that is under way."""
    return _give(work, tables, EXTENSION, rule.code, subject_id, reason, days=days)


def pause(work: UnitOfWork, tables: DeadlineTables, rule: Rule, subject_id: UUID, reason: str) -> UUID:
    """Stops one subject's clock from now on. Raises CannotBePaused, PausedAlready."""
    if not rule.can_be_paused:
        raise CannotBePaused()
    table = tables.adjustments
    under_way = (table.c.kind == PAUSE, table.c.rule == rule.code, table.c.subject_id == subject_id, table.c.ends_at.is_(None))
    if work.session.scalar(select(table.c.id).where(*under_way, table.c.taken_back_at.is_(None))) is not None:
        raise PausedAlready()
    return _give(work, tables, PAUSE, rule.code, subject_id, reason, starts_at=work.now)


def resume(work: UnitOfWork, tables: DeadlineTables, rule: Rule, subject_id: UUID) -> None:
    """Lets one subject's clock go on from now. Raises NoSuchClock where it does not stand still."""
    table = tables.adjustments
    stands = (table.c.kind == PAUSE, table.c.rule == rule.code, table.c.subject_id == subject_id, table.c.ends_at.is_(None))
    ending = update(table).where(*stands, table.c.taken_back_at.is_(None)).values(ends_at=work.now)
    if not rows_changed(work.session, ending):
        raise NoSuchClock()
    work.audit("deadline:resume", f"deadline/{subject_id}", after={"rule": rule.code, "ends_at": work.now})


def take_back(work: UnitOfWork, tables: DeadlineTables, subject_id: UUID | None, adjustment_id: UUID, reason: str) -> None:
    """Takes an adjustment back, of a subject or (without one) of everybody, as if it had never been given. Raises NotFound.

    What was done meanwhile stays done. One that was taken back already stays so.
    """
    table = tables.adjustments
    theirs = (table.c.id == adjustment_id, table.c.subject_id.is_not_distinct_from(subject_id))
    row = work.session.execute(select(table).where(*theirs).with_for_update()).one_or_none()
    if row is None:
        raise NotFound()
    if row.taken_back_at is None:
        work.session.execute(update(table).where(*theirs).values(taken_back_at=work.now))
        before = {"rule": row.rule, "kind": row.kind, "days": row.days}
        work.audit("deadline:take-back", f"deadline/{subject_id or 'all'}", before, {"id": adjustment_id, "reason": reason})


def declare_outage(
    work: UnitOfWork,
    tables: DeadlineTables,
    starts_at: datetime,
    ends_at: datetime,
    days: int,
    reason: str,
    rule: Rule | None = None,
) -> UUID:
    """Lets what would fall due while the college was away or closed fall due `days` after that, for everybody, under one rule or all."""
    code = rule.code if rule else None
    return _give(work, tables, OUTAGE, code, None, reason, days=days, starts_at=starts_at, ends_at=ends_at)


def _give(
    work: UnitOfWork, tables: DeadlineTables, kind: str, rule: str | None, subject_id: UUID | None, reason: str, **values: Any
) -> UUID:
    told = {"kind": kind, "rule": rule, "days": 0} | values
    row = told | {"id": new_id(), "subject_id": subject_id, "reason": reason, "given_by": work.actor, "given_at": work.now}
    work.session.execute(insert(tables.adjustments).values(row))
    work.audit(f"deadline:{kind}", f"deadline/{subject_id or 'all'}", after=told | {"id": row["id"], "reason": reason})
    adjustment_id: UUID = row["id"]
    return adjustment_id


def _adjustment(row: Row[Any]) -> Adjustment:
    return Adjustment(row.id, row.kind, row.reason, row.given_by, row.given_at, row.days, row.starts_at, row.ends_at)
