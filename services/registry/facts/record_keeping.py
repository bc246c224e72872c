"""Reading a registrant's facts, and keeping what a use case says of them. Whoever changes them has the registrant to themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from services.common.kernel.errors import NotFound
from services.common.kernel.ids import new_id
from services.common.persistence import advisory_locks
from services.common.persistence.unit_of_work import UnitOfWork
from services.registry.facts.kinds import KINDS
from services.registry.facts.revisions import Revision
from services.registry.facts.shape import BELIEVED, Fact


@dataclass(frozen=True, slots=True)
class Source:
    """Where facts come from: the kind of source, and which one where it has an id."""

    kind: str
    id: UUID | None = None


def stated(work: UnitOfWork, kind: type[Fact], registrant_id: UUID, since: date, source: Source, **says: Any) -> Fact:
    """Makes a fact that holds from a day on, as it is said in this unit of work; it is kept by `keep`."""
    return kind(
        id=new_id(),
        registrant_id=registrant_id,
        effective=Range(since, None),
        recorded_at=work.now,
        source=source.kind,
        source_id=source.id,
        recorded_by=work.actor,
        **says,
    )


def lock(work: UnitOfWork, registrant_id: UUID) -> None:
    """Waits until nobody else changes what is said of this registrant, and keeps others from it until this work ends."""
    advisory_locks.wait_for_thing(work.session, f"registrant/{registrant_id}")


def believed(session: Session, registrant_id: UUID) -> list[Fact]:
    """Gives all facts of a registrant that are believed now, of whatever days, each kind in the order of its days."""
    return [
        fact
        for kind in KINDS
        for fact in session.scalars(
            select(kind).where(kind.registrant_id == registrant_id, BELIEVED).order_by(func.lower(kind.effective), kind.id)
        )
    ]


def history(session: Session, registrant_id: UUID) -> list[Fact]:
    """Gives all facts of a registrant, those that are believed no more too, each kind in the order in which they were recorded."""
    return [
        fact
        for kind in KINDS
        for fact in session.scalars(
            select(kind)
            .where(kind.registrant_id == registrant_id)
            .order_by(kind.recorded_at, func.lower(kind.effective), kind.id)
        )
    ]


def find(facts: Sequence[Fact], fact_id: UUID) -> Fact:
    """Finds a fact by its id. Raises NotFound."""
    for fact in facts:
        if fact.id == fact_id:
            return fact
    raise NotFound()


def keep(work: UnitOfWork, revision: Revision) -> None:
    """Keeps a change: what is superseded is marked so first, as two facts of one thing cannot be believed for one day."""
    for fact in revision.superseded:
        fact.superseded_at = work.now
    work.session.flush()
    add(work, revision.added)


def add(work: UnitOfWork, facts: Iterable[Fact]) -> None:
    """Keeps facts of which none takes another's place."""
    work.session.add_all(facts)
    work.session.flush()
