"""Messages: the portal inbox, and the message log of staff."""

from datetime import datetime
from uuid import UUID

from services.common.kernel.access import SIGNED_IN
from services.common.kernel.contract import Call
from services.common.kernel.errors import Conflict
from services.common.kernel.records import Record, of
from services.common.kernel.text import Text
from services.common.kernel.validation import fields, validate
from services.contracts import shapes
from services.contracts.pages import MESSAGES
from services.contracts.roles import LETTER_READERS, SUPPORTERS

DELIVERY_STATES = ("waiting", "sent", "retrying", "bounced", "given_up")
MESSAGE_ORDERS = ("newest", "oldest", "recipient")


class CannotResend(Conflict):
    """The message holds a link that was voided once it was sent; a new one must be asked for instead."""

    code = "cannot_resend"
    title = Text("This message cannot be sent again.", "Ce message ne peut pas être renvoyé.")
    detail = Text(
        "It holds a single-use link. A new link must be asked for instead.",
        "Il contient un lien à usage unique. Il faut plutôt demander un nouveau lien.",
    )


class Message(Record):
    """A message in the portal inbox. A single-use link stands in the mail only, never here."""

    id: UUID
    kind: str
    subject: str
    language: str
    written_at: datetime
    read_at: datetime | None


class WholeMessage(Message):
    """A message with its text."""

    body: str


class LoggedMessage(Message):
    """A message as staff see it: where it went and what became of it (F17). One to somebody without an account has none.

    `may_resend` is false where its single-use link is gone.
    """

    account_id: UUID | None
    recipient: str
    delivery: str = of(fields.String(validate=validate.OneOf(DELIVERY_STATES)))
    attempts: int
    delivered_at: datetime | None
    last_error: str | None
    correlation_id: str
    may_resend: bool = True


class LoggedMessageInFull(LoggedMessage):
    """A logged message with its text, as its person reads it in the portal: a single-use link is not in it.

    `sent_again` is how often staff sent it again; `next_try_at` is there while it is on its way.
    """

    body: str
    had_link: bool
    sent_again: int
    next_try_at: datetime | None


class ListMessages(Call):
    """Lists the messages in the caller's inbox, newest first."""

    access = SIGNED_IN.delegable(MESSAGES)
    read_only = True

    class Request(Record):
        """The page."""

        cursor: str | None = of(shapes.cursor(), default=None)
        limit: int = of(shapes.limit(), default=20)

    class Reply(Record):
        """The page, and how many are unread in all."""

        messages: list[Message]
        unread: int
        next_cursor: str | None


class ReadMessage(Call):
    """Gives one of the caller's messages with its text, and marks it as read."""

    access = SIGNED_IN.delegable(MESSAGES)

    class Request(Record):
        """Which."""

        message_id: UUID

    Reply = WholeMessage


class ListMessageLog(Call):
    """Lists messages for staff with their delivery; that they were looked at is in the audit trail (B8)."""

    access = SUPPORTERS

    class Request(Record):
        """Filters, the order (newest first unless asked, by `recipient` as addresses are written) and the page.

        `to` is how the address begins, in any case.
        """

        account_id: UUID | None = None
        to: str | None = of(shapes.search(254), default=None)
        delivery: str | None = of(fields.String(validate=validate.OneOf(DELIVERY_STATES)), default=None)
        order: str = of(fields.String(validate=validate.OneOf(MESSAGE_ORDERS)), default="newest")
        cursor: str | None = of(shapes.cursor(), default=None)
        limit: int = of(shapes.limit(), default=20)

    class Reply(Record):
        """The page."""

        messages: list[LoggedMessage]
        next_cursor: str | None


class GetLoggedMessage(Call):
    """Gives a message that was sent to somebody with its text; that it was read is in the audit trail (B8)."""

    access = LETTER_READERS
    others_only = True

    class Request(Record):
        """Which."""

        message_id: UUID

    Reply = LoggedMessageInFull


class ResendMessage(Call):
    """Sends a message again to the address now on file."""

    access = SUPPORTERS
    others_only = True
    errors = (CannotResend,)

    class Request(Record):
        """Which."""

        message_id: UUID

    Reply = LoggedMessage
