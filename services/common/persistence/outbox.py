"""Announcing a fact: the event is written with the rows that make it true, in their transaction; a relay publishes it afterwards."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.common.kernel.contract import Event
from services.common.kernel.ids import UUID, new_id
from services.common.kernel.records import Record
from services.common.observability import traces
from services.common.persistence.tables import outbox

CHANNEL = "outbox"
_INSERT, _WAKE = outbox.insert(), text(f"NOTIFY {CHANNEL}")


def announce(
    session: Session, event: type[Event], data: Record, *, actor: str, correlation_id: str, language: str, at: datetime
) -> UUID:
    """Writes the event to the outbox and wakes the relay at commit; raises Invalid if the data break the event's contract.

    The event's id is made here, once: however often it is published or delivered, it is the same event.
    """
    row = _row(event, data, actor, correlation_id, language, at)
    session.execute(_INSERT, row)
    _wake(session)
    given: UUID = row["event_id"]
    return given


def announce_all(
    session: Session,
    event: type[Event],
    many: Iterable[Record],
    *,
    actor: str,
    correlation_id: str,
    language: str,
    at: datetime,
) -> None:
    """Writes many events of one kind in one statement; raises Invalid if any data break the event's contract."""
    rows = [_row(event, data, actor, correlation_id, language, at) for data in many]
    if rows:
        session.execute(_INSERT, rows)
        _wake(session)


def _row(event: type[Event], data: Record, actor: str, correlation_id: str, language: str, at: datetime) -> dict[str, Any]:
    event_id = new_id()
    envelope = {
        "id": str(event_id),
        "type": event.type,
        "owner": event.owner,
        "occurred_at": at.isoformat(),
        "actor": actor,
        "correlation_id": correlation_id,
        "language": language,
        "data": event.write(data),
        **traces.onward(),
    }
    return {"event_id": event_id, "type": event.type, "envelope": envelope}


def _wake(session: Session) -> None:
    if not session.info.get("relay_woken"):
        session.execute(_WAKE)
        session.info["relay_woken"] = True
