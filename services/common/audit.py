"""The audit trail: who did what to what, before and after; append-only, each row sealed with the hash of the one before (B8)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session

from services.common.tables import audit

FIRST = b"\x00" * 32
_ONE_WRITER = text("SELECT pg_advisory_xact_lock(hashtext('audit'))")


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


def append(session: Session, entries: Iterable[AuditEntry]) -> None:
    """Adds entries to the end of the chain. Called last before the commit, as one writer at a time may hold the chain's end."""
    entries = list(entries)
    if not entries:
        return
    session.execute(_ONE_WRITER)
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


def first_broken_link(session: Session | Connection) -> int | None:
    """Walks the whole chain and gives the position of the first row that does not fit, or nothing if all is as it was written."""
    previous = FIRST
    rows = session.execute(select(audit).order_by(audit.c.position).execution_options(yield_per=1000)).mappings()
    for position, row in enumerate(rows, start=1):
        if row["position"] != position or bytes(row["previous_hash"]) != previous:
            return position
        if _digest(position, previous, row) != bytes(row["hash"]):
            return position
        previous = bytes(row["hash"])
    return None


def length(session: Session) -> int:
    """Says how many entries the chain has."""
    return session.execute(select(func.count()).select_from(audit)).scalar_one()


def _plain(value: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if value is None else orjson.loads(orjson.dumps(value, default=str))


def _digest(position: int, previous: bytes, row: Any) -> bytes:
    names = ("actor", "address", "action", "subject", "before", "after", "correlation_id")
    content = [position, previous.hex(), round(row["at"].timestamp() * 1_000_000), *(row[name] for name in names)]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()
