"""The portal inbox: a person's own messages. A single-use link stands in the mail only, never here (F17)."""

from uuid import UUID

from sqlalchemy import func, select

from services.common.kernel.errors import NotFound
from services.common.persistence.ordering import NEWEST
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.college import College
from services.contracts.correspondence.messages import ListMessages, WholeMessage
from services.contracts.correspondence.messages import Message as ShownMessage
from services.correspondence.messages import without_link
from services.correspondence.models import Message


def list_mine(work: UnitOfWork, cursor: str | None, limit: int) -> ListMessages.Reply:
    """Lists the caller's messages, those of what happened last first, and counts the unread ones. Raises Invalid for a cursor that is none."""
    mine = Message.account_id == work.caller.account_id
    page, next_cursor = NEWEST.page(work.session, Message, select(Message).where(mine), cursor, limit)
    unread = work.session.scalar(select(func.count()).select_from(Message).where(mine, Message.read_at.is_(None)))
    return ListMessages.Reply(messages=[shown(message) for message in page], unread=unread or 0, next_cursor=next_cursor)


def read_mine(work: UnitOfWork, college: College, message_id: UUID) -> WholeMessage:
    """Gives one of the caller's messages and marks it as read; raises NotFound for any other."""
    of_caller = (Message.id == message_id, Message.account_id == work.caller.account_id)
    message = work.session.scalar(select(Message).where(*of_caller).with_for_update())
    if message is None:
        raise NotFound()
    if message.read_at is None:
        message.read_at = work.now
        work.audit("message:read", f"message/{message.id}", before={"read": False}, after={"read": True})
    return WholeMessage(**vars(shown(message)), body=_without_note(college, without_link(message.body, message.language)))


def shown(message: Message) -> ShownMessage:
    """A message as its person sees it in a list."""
    return ShownMessage(
        id=message.id,
        kind=message.kind,
        subject=message.subject,
        language=message.language,
        written_at=message.written_at,
        read_at=message.read_at,
    )


def _without_note(college: College, body: str) -> str:
    # Who reads it in the inbox need not be told that it is there too, in the words of whichever day it was written.
    notes = {note for known in college.history for note in (known.inbox_note.en, known.inbox_note.fr)}
    for note in sorted(notes, key=len, reverse=True):
        body = body.replace(f" {note}", "")
    return body
