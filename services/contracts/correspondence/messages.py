"""Messages: the portal inbox, and the message log of staff."""

from services.common.kernel.access import SIGNED_IN
from services.common.kernel.contract import Call
from services.common.kernel.errors import Conflict
from services.common.kernel.text import Text
from services.common.kernel.validation import Schema, fields, validate
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


class Message(Schema):
    """A message in the portal inbox. A single-use link stands in the mail only, never here."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    subject = fields.String(required=True)
    language = fields.String(required=True)
    written_at = shapes.instant(required=True)
    read_at = shapes.instant(required=True, allow_none=True)


class WholeMessage(Message):
    """A message with its text."""

    body = fields.String(required=True)


class LoggedMessage(Message):
    """A message as staff see it: where it went and what became of it (F17). One to somebody without an account has none.

    `may_resend` is false where its single-use link is gone.
    """

    account_id = fields.UUID(required=True, allow_none=True)
    recipient = fields.String(required=True)
    delivery = fields.String(required=True, validate=validate.OneOf(DELIVERY_STATES))
    attempts = fields.Integer(required=True)
    delivered_at = shapes.instant(required=True, allow_none=True)
    last_error = fields.String(required=True, allow_none=True)
    correlation_id = fields.String(required=True)
    may_resend = fields.Boolean(load_default=True)


class LoggedMessageInFull(LoggedMessage):
    """A logged message with its text, as its person reads it in the portal: a single-use link is not in it.

    `sent_again` is how often staff sent it again; `next_try_at` is there while it is on its way.
    """

    body = fields.String(required=True)
    had_link = fields.Boolean(required=True)
    sent_again = fields.Integer(required=True)
    next_try_at = shapes.instant(required=True, allow_none=True)


class ListMessages(Call):
    """Lists the messages in the caller's inbox, newest first."""

    access = SIGNED_IN.delegable(MESSAGES)
    read_only = True

    class Request(Schema):
        """The page."""

        cursor = shapes.cursor()
        limit = shapes.limit()

    class Reply(Schema):
        """The page, and how many are unread in all."""

        messages = fields.List(fields.Nested(Message), required=True)
        unread = fields.Integer(required=True)
        next_cursor = fields.String(required=True, allow_none=True)


class ReadMessage(Call):
    """Gives one of the caller's messages with its text, and marks it as read."""

    access = SIGNED_IN.delegable(MESSAGES)

    class Request(Schema):
        """Which."""

        message_id = fields.UUID(required=True)

    Reply = WholeMessage


class ListMessageLog(Call):
    """Lists messages for staff with their delivery; that they were looked at is in the audit trail (B8)."""

    access = SUPPORTERS

    class Request(Schema):
        """Filters, the order (newest first unless asked, by `recipient` as addresses are written) and the page.

        `to` is how the address begins, in any case.
        """

        account_id = fields.UUID(load_default=None, allow_none=True)
        to = shapes.search(254)
        delivery = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(DELIVERY_STATES))
        order = fields.String(load_default="newest", validate=validate.OneOf(MESSAGE_ORDERS))
        cursor = shapes.cursor()
        limit = shapes.limit()

    class Reply(Schema):
        """The page."""

        messages = fields.List(fields.Nested(LoggedMessage), required=True)
        next_cursor = fields.String(required=True, allow_none=True)


class GetLoggedMessage(Call):
    """Gives a message that was sent to somebody with its text; that it was read is in the audit trail (B8)."""

    access = LETTER_READERS
    others_only = True

    class Request(Schema):
        """Which."""

        message_id = fields.UUID(required=True)

    Reply = LoggedMessageInFull


class ResendMessage(Call):
    """Sends a message again to the address now on file."""

    access = SUPPORTERS
    others_only = True
    errors = (CannotResend,)

    class Request(Schema):
        """Which."""

        message_id = fields.UUID(required=True)

    Reply = LoggedMessage
