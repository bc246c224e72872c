"""The timer of deadlines: finds what has come, reminds, and does what is to be done when one has passed. Once, and one replica at a time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from nameko.timer import Timer
from sqlalchemy import Select, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from services.common import settings as settings_module
from services.common.deadlines.due import Due, steps_to_take
from services.common.deadlines.keeping import due_of
from services.common.deadlines.rules import PASSED, Rule
from services.common.deadlines.tables import DeadlineTables
from services.common.kernel.errors import ServiceError
from services.common.observability.logs import get_logger
from services.common.persistence import advisory_locks
from services.common.persistence.statements import rows_changed
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory

ACTOR, BATCH = "timer/deadlines", 200
_TASK = "deadlines"
log = get_logger("deadlines")


@dataclass(frozen=True)
class Watched:
    """What an owner has under one rule.

    `running` selects id and beginning of those whose clock began before an instant and has not ended. `passed` is what is done when it is too
    late, `remind` what is done so many days before (negative) or after the last day.
    """

    rule: Rule
    running: Callable[[datetime], Select[tuple[UUID, Any]]]
    passed: Callable[[UnitOfWork, UUID, Due], None]
    remind: Callable[[UnitOfWork, UUID, Due, int], None] | None = None


class DeadlineTimer(Timer):
    """A timer that fires at the start and then every DEADLINES_INTERVAL_S (a minute unless set)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(interval=0, eager=True, **kwargs)

    def setup(self) -> None:
        """Reads the interval."""
        self.interval = float(settings_module.of(self.container).optional("DEADLINES_INTERVAL_S", "60"))


deadline_timer = DeadlineTimer.decorator


def sweep(units: UnitOfWorkFactory, tables: DeadlineTables, watched: Iterable[Watched], zone: str) -> int:
    """Takes every step that has come and was not taken yet, each in a transaction of its own; gives how many.

    One that fails is logged and comes again with the next sweep, and keeps no other from its own. Stops where another replica is at it.
    """
    taken = 0
    for each in watched:
        for subject_id in _asking(units, tables, each, zone):
            try:
                outcome = units.persist(partial(_take_next, units, tables, each, zone, subject_id))
            except ServiceError as error:
                log.error("deadline-failed", rule=each.rule.code, subject=str(subject_id), error=error.code)
                continue
            except Exception:
                log.exception("deadline-failed", rule=each.rule.code, subject=str(subject_id))  # the others are still to come
                continue
            if outcome is None:
                return taken
            taken += outcome
    if taken:
        log.info("deadlines-kept", steps=taken)
    return taken


def _asking(units: UnitOfWorkFactory, tables: DeadlineTables, watched: Watched, zone: str) -> Iterator[UUID]:
    """Those that ask for a step, read a page at a time and without locks."""
    after: tuple[Any, ...] | None = None
    while True:
        with units.reading() as work:
            statement = watched.running(watched.rule.latest_begin(work.now))
            subject, begins = tuple(statement.selected_columns)
            if after is not None:
                statement = statement.where(tuple_(begins, subject) > after)
            page = work.session.execute(statement.order_by(begins, subject).limit(BATCH)).tuples().all()
            found = _next_steps(work, tables, watched, zone, page)
        yield from found
        if len(page) < BATCH:
            return
        after = (page[-1][1], page[-1][0])


def _next_steps(
    work: UnitOfWork, tables: DeadlineTables, watched: Watched, zone: str, begun: Iterable[tuple[UUID, datetime]]
) -> dict[UUID, tuple[Due, str, int]]:
    """The first step of each that has come and was not taken, with what it is judged by."""
    dues = due_of(work.session, tables, watched.rule, zone, work.now, begun)
    asked = {subject_id: steps_to_take(watched.rule, found, zone, work.now) for subject_id, found in dues.items()}
    table = tables.steps
    asking = [subject_id for subject_id, steps in asked.items() if steps]
    rows = (
        work.session.execute(select(table).where(table.c.rule == watched.rule.code, table.c.subject_id.in_(asking)))
        if asking
        else ()
    )
    taken = {(row.subject_id, row.step, row.begins_at, row.due_at) for row in rows}
    return {
        subject_id: (dues[subject_id], *left[0])
        for subject_id, steps in asked.items()
        if (left := [s for s in steps if (subject_id, s[0], dues[subject_id].begins, dues[subject_id].at) not in taken])
    }


def _take_next(units: UnitOfWorkFactory, tables: DeadlineTables, watched: Watched, zone: str, subject_id: UUID) -> int | None:
    """Takes a subject's next step, if it still asks for one under its lock; nothing while another replica is at it."""
    with units.transaction(actor=ACTOR) as work:
        if not advisory_locks.try_task(work.session, _TASK):
            return None
        statement = watched.running(watched.rule.latest_begin(work.now))
        subject, _ = tuple(statement.selected_columns)
        locked = statement.where(subject == subject_id).with_for_update(skip_locked=True)
        begun = work.session.execute(locked).tuples().all()
        for found, step, days in _next_steps(work, tables, watched, zone, begun).values():
            return int(_take(work, tables, watched, subject_id, found, step, days))
    return 0


def _take(work: UnitOfWork, tables: DeadlineTables, watched: Watched, subject_id: UUID, found: Due, step: str, days: int) -> bool:
    """Leaves the evidence of a step and takes it; says False if it was taken before."""
    judged = {
        "rule": dict(watched.rule.as_judged()),
        "adjustments": [adjustment.as_judged() for adjustment in found.adjustments],
        "last_day": str(found.last_day),
    }
    key = {"rule": watched.rule.code, "subject_id": subject_id, "step": step, "begins_at": found.begins, "due_at": found.at}
    row = insert(tables.steps).values(key | {"taken_at": work.now, "judged_by": judged}).on_conflict_do_nothing()
    if not rows_changed(work.session, row):
        return False
    if step == PASSED:
        watched.passed(work, subject_id, found)
    elif watched.remind is not None:
        watched.remind(work, subject_id, found, days)
    told = {"rule": watched.rule.code, "begins_at": found.begins, "due_at": found.at}
    work.audit(f"deadline:{'pass' if step == PASSED else 'remind'}", f"deadline/{subject_id}", after=told | judged)
    return True
