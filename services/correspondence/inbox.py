"""The portal inbox: a person's own messages. A single-use link stands in the mail only, never here (F17)."""

from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func, select

from services.common.errors import Invalid, NotFound
from services.common.paging import read_cursor, write_cursor
from services.common.work import Work
from services.correspondence.messages import without_link
from services.correspondence.models import Mailing, Message

Paged = TypeVar("Paged", Message, Mailing)


def list_mine(work: Work, cursor: str | None, limit: int) -> dict[str, Any]:
    """Lists the caller's messages, newest first, and counts the unread ones. Raises Invalid for a cursor that is none."""
    mine = Message.account_id == work.caller.account_id
    page, next_cursor = page_of(work, Message, [mine], cursor, limit)
    unread = work.session.scalar(select(func.count()).select_from(Message).where(mine, Message.read_at.is_(None)))
    return {"messages": page, "unread": unread, "next_cursor": next_cursor}


def read_mine(work: Work, message_id: UUID) -> dict[str, Any]:
    """Gives one of the caller's messages and marks it as read; raises NotFound for any other."""
    of_caller = (Message.id == message_id, Message.account_id == work.caller.account_id)
    message = work.session.scalar(select(Message).where(*of_caller).with_for_update())
    if message is None:
        raise NotFound()
    if message.read_at is None:
        message.read_at = work.now
        work.audit("message:read", f"message/{message.id}", before={"read": False}, after={"read": True})
    shown = {name: getattr(message, name) for name in ("id", "kind", "subject", "language", "written_at", "read_at")}
    return {**shown, "body": without_link(message.body, message.language)}


def page_of(
    work: Work, model: type[Paged], conditions: list[Any], cursor: str | None, limit: int
) -> tuple[list[Paged], str | None]:
    """Gives a page of rows that meet the conditions, newest first, and where the next one begins. Raises Invalid."""
    # Ids are in the order of their making, so they are the key of the page as well.
    query = select(model).where(*conditions).order_by(model.id.desc()).limit(limit + 1)
    if key := read_cursor(cursor, 1):
        query = query.where(model.id < _row_id(key[0]))
    found = list(work.session.scalars(query))
    page = found[:limit]
    return page, write_cursor(page[-1].id) if len(found) > limit else None


def _row_id(value: Any) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError) as error:
        raise Invalid(errors=[{"field": "cursor", "code": "invalid"}]) from error
