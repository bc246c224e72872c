"""Hearing a fact once: the inbox row is written in the handler's own transaction, so a second delivery changes nothing."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.common.kernel.ids import UUID
from services.common.persistence.statements import rows_changed

# Text: for each event the query builder would take longer than the database does.
_RECORD = text("INSERT INTO inbox (event_id, handler) VALUES (:event_id, :handler) ON CONFLICT DO NOTHING")


def first_time(session: Session, event_id: UUID, handler: str) -> bool:
    """Records that `handler` handles the event in this transaction; says False if it has done so before.

    Two deliveries at once: the second waits here for the first to commit, then finds that it is done.
    """
    return rows_changed(session.connection(), _RECORD, {"event_id": str(event_id), "handler": handler}) == 1
