"""Destroying what is past its time (R15): by rules that are data, a batch at a time, each destruction with an entry in the audit trail.

A service says for each type of record which rows are due and how one is destroyed; what the rules are, the college's profile says. Rows under
a legal hold are never due. One replica works at a time, and a hold waits for the batch under way: nothing is destroyed after its hold is
committed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol
from uuid import UUID

import eventlet
from nameko.timer import Timer
from sqlalchemy import Select, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from services.common import settings as settings_module
from services.common.duties.retention_calls import DueRecords, RetentionPreview
from services.common.kernel.periods import Period
from services.common.observability.logs import get_logger
from services.common.persistence import advisory_locks
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory

ACTOR, BATCH, BREATH_S = "timer/retention", 50, 0.05
_TASK = "retention"
log = get_logger("retention")


class Rule(Protocol):
    """How long records of a type are kept, and from which moment of theirs that is counted."""

    @property
    def type(self) -> str:
        """The type of record."""

    @property
    def keep_for(self) -> Period:
        """How long."""

    @property
    def counted_from(self) -> str:
        """From which moment."""


@dataclass(frozen=True)
class Records:
    """One type of record: `due` selects id and moment of those counted from before an instant, and `destroy` destroys some of them."""

    due: Callable[[datetime], Select[tuple[UUID, datetime]]]
    destroy: Callable[[UnitOfWork, Sequence[UUID]], Any]


class RetentionTimer(Timer):
    """A timer that fires every RETENTION_INTERVAL_S (an hour unless set)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(interval=0, **kwargs)

    def setup(self) -> None:
        """Reads the interval."""
        self.interval = float(settings_module.of(self.container).optional("RETENTION_INTERVAL_S", "3600"))


retention_timer = RetentionTimer.decorator


def alone(session: Session) -> bool:
    """Says whether this transaction is the one that may destroy now; until its end nobody else may, and holds wait."""
    return advisory_locks.try_task(session, _TASK)


def stand_still(session: Session) -> None:
    """Waits for the batch under way, and keeps another from beginning until this transaction ends: for whoever places a hold."""
    advisory_locks.wait_for_task(session, _TASK)


def destroy_due(units: UnitOfWorkFactory, rules: Iterable[Rule], records: Mapping[str, Records]) -> dict[str, int]:
    """Destroys all that is due by the rules; gives how many of which type. What fails for one type keeps none of the others."""
    gone: dict[str, int] = {}
    for rule in rules:
        try:
            gone[rule.type] = _destroy_all(units, rule, records[rule.type])
        except DBAPIError:
            log.exception("retention-failed", type=rule.type)
    log.info("records-destroyed", **gone)
    return gone


def preview(work: UnitOfWork, service: str, rules: Iterable[Rule], records: Mapping[str, Records]) -> RetentionPreview:
    """Counts what `destroy_due` would destroy now."""
    return RetentionPreview(service=service, records=[_counted(work, rule, records[rule.type]) for rule in rules])


def _counted(work: UnitOfWork, rule: Rule, records: Records) -> DueRecords:
    due = records.due(rule.keep_for.before(work.now)).order_by(None).subquery()
    count, oldest = work.session.execute(select(func.count(), func.min(due.c[1])).select_from(due)).one()
    return DueRecords(type=rule.type, kept_for=str(rule.keep_for), counted_from=rule.counted_from, due=count, oldest=oldest)


def _destroy_all(units: UnitOfWorkFactory, rule: Rule, records: Records) -> int:
    total = 0
    while True:
        gone = units.persist(partial(_destroy_some, units, rule, records))
        total += gone
        if gone < BATCH:
            return total
        eventlet.sleep(BREATH_S)


def _destroy_some(units: UnitOfWorkFactory, rule: Rule, records: Records) -> int:
    with units.transaction(actor=ACTOR) as work:
        if not alone(work.session):
            return 0
        due = records.due(rule.keep_for.before(work.now)).limit(BATCH).with_for_update(skip_locked=True)
        found = work.session.execute(due).tuples().all()
        if found:
            records.destroy(work, [record_id for record_id, _ in found])
        for record_id, moment in found:
            told = {"rule": f"{rule.keep_for} from {rule.counted_from}", "counted_from": moment.isoformat()}
            work.audit("record:destroy", f"{rule.type}/{record_id}", after=told)
        return len(found)
