"""The audit trail: who did what to what, before and after; append-only, each row sealed with the hash of the one before (B8)."""

import dataclasses
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from services.common.kernel.records import Record
from services.common.persistence import advisory_locks
from services.common.persistence.tables import audit

FIRST = b"\x00" * 32
AT_ONCE = 1000
BEFORE_FIRST, MISSING, NOT_LINKED, CHANGED = "before_first", "missing", "not_linked", "changed"
HEAD_MISSING, HEAD_CHANGED = "head_missing", "head_changed"
FAULTS = (BEFORE_FIRST, MISSING, NOT_LINKED, CHANGED, HEAD_MISSING, HEAD_CHANGED)


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One act. `action` reads `subject:verb` (`application:approve`); `subject` names the thing (`application/0190…`)."""

    at: datetime
    actor: str
    address: str | None
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    correlation_id: str


@dataclass(frozen=True, slots=True)
class Walked:
    """How far a walk along the chain came: the last sound position with its hash, and, if it ended early, where and at which fault.

    `before_first`: there is a row at `broken`, ahead of position 1; `missing`: there is no row at `broken`, though there are later ones;
    `not_linked`: the row does not hold the hash of the one before; `changed`: it does not hold what it was sealed with.
    `head_…`: the row that the walk was to go on from is gone, or another.
    """

    position: int = 0
    hash: bytes = FIRST
    entries: int = 0
    at_end: bool = False
    broken: int | None = None
    fault: str | None = None


def append(session: Session, entries: Iterable[AuditEntry]) -> None:
    """Adds entries to the end of the chain. Called last before the commit, as one writer at a time may hold the chain's end."""
    entries = list(entries)
    if not entries:
        return
    advisory_locks.wait_for_task(session, "audit")
    last = session.execute(select(audit.c.position, audit.c.hash).order_by(audit.c.position.desc()).limit(1)).first()
    end, previous = (last.position, bytes(last.hash)) if last else (0, FIRST)
    rows = []
    for position, entry in enumerate(entries, start=end + 1):
        row = {name: _plain(getattr(entry, name)) for name in ("before", "after")}
        row |= {name: getattr(entry, name) for name in ("at", "actor", "address", "action", "subject", "correlation_id")}
        digest = _digest(position, previous, row)
        rows.append({**row, "position": position, "previous_hash": previous, "hash": digest})
        previous = digest
    session.execute(audit.insert(), rows)


def walk(session: Session | Connection, start: Walked, most: int) -> Walked:
    """Walks at most `most` entries on from where an earlier walk came to, a thousand to a query; a whole one begins at `Walked()`."""
    if (fault := _fault_of_head(session, start)) is not None:
        return replace(start, broken=start.position, fault=fault)
    here, left = _begun(session, start), most
    while left and not here.at_end and here.broken is None:
        here = _step(session, here, min(AT_ONCE, left))
        left = most - (here.entries - start.entries)
    return here


def first_broken_link(session: Session | Connection) -> int | None:
    """Walks the whole chain and gives the position of the first row that does not fit, or nothing if all is as it was written."""
    here = _begun(session, Walked())
    while not here.at_end and here.broken is None:
        here = _step(session, here, AT_ONCE)
    return here.broken


def _begun(session: Session | Connection, here: Walked) -> Walked:
    """A constraint refuses rows before the first; only a walk tells whether one is older than it, or it was taken away."""
    if here.position:
        return here
    before = session.execute(select(func.min(audit.c.position)).where(audit.c.position < 1)).scalar_one()
    return here if before is None else replace(here, broken=before, fault=BEFORE_FIRST)


def _fault_of_head(session: Session | Connection, head: Walked) -> str | None:
    if not head.position:
        return None
    found = session.execute(select(audit.c.hash).where(audit.c.position == head.position)).scalar_one_or_none()
    if found is None:
        return HEAD_MISSING
    return None if bytes(found) == head.hash else HEAD_CHANGED


def _step(session: Session | Connection, here: Walked, most: int) -> Walked:
    rows = session.execute(select(audit).where(audit.c.position > here.position).order_by(audit.c.position).limit(most))
    found = rows.mappings().all()
    for row in found:
        position = here.position + 1
        if (fault := _fault(position, here.hash, row)) is not None:
            return replace(here, broken=position, fault=fault)
        here = replace(here, position=position, hash=bytes(row["hash"]), entries=here.entries + 1)
    return replace(here, at_end=len(found) < most)


def _fault(position: int, previous: bytes, row: Any) -> str | None:
    if row["position"] != position:
        return MISSING
    if bytes(row["previous_hash"]) != previous:
        return NOT_LINKED
    return None if _digest(position, previous, row) == bytes(row["hash"]) else CHANGED


def length(session: Session) -> int:
    """Says how many entries the chain has."""
    return session.execute(select(func.count()).select_from(audit)).scalar_one()


def _plain(value: dict[str, Any] | None) -> dict[str, Any] | None:
    return (
        None if value is None else orjson.loads(orjson.dumps(value, default=_in_words, option=orjson.OPT_PASSTHROUGH_DATACLASS))
    )


def _in_words(value: Any) -> Any:
    """Writes what JSON does not know. Raises TypeError for a record: what the trail is to keep of one is named, as it keeps it for good."""
    if isinstance(value, Record):
        raise TypeError(f"{type(value).__qualname__} is not written into the audit trail whole")
    return dataclasses.asdict(value) if dataclasses.is_dataclass(value) and not isinstance(value, type) else str(value)


def _digest(position: int, previous: bytes, row: Any) -> bytes:
    names = ("actor", "address", "action", "subject", "before", "after", "correlation_id")
    content = [position, previous.hex(), round(row["at"].timestamp() * 1_000_000), *(row[name] for name in names)]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()
