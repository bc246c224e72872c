"""The message log of staff: where each message went, what became of it, what it says, and sending it again (F17)."""

from uuid import UUID

from sqlalchemy import func, select

from services.common.kernel import paging
from services.common.kernel.errors import NotFound
from services.common.persistence import ordering
from services.common.persistence.oneself import not_oneself
from services.common.persistence.ordering import Order
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.correspondence.messages import CannotResend, ListMessageLog, LoggedMessage, LoggedMessageInFull
from services.correspondence import contacts, inbox, messages
from services.correspondence.models import RETRYING, WAITING, Message

ORDERS = {
    "newest": ordering.NEWEST,
    "oldest": ordering.OLDEST,
    "recipient": Order(lambda rows: rows.recipient, "text", lambda row: row.recipient, paging.a_text),
}


def list_all(work: UnitOfWork, request: ListMessageLog.Request) -> ListMessageLog.Reply:
    """Lists messages in an order, of one account, to addresses that begin so or in one delivery state where asked. Raises Invalid.

    Leaves in the trail who looked at which (B8).
    """
    query = select(Message)
    if request.account_id is not None:
        query = query.where(Message.account_id == request.account_id)
    if request.to:
        query = query.where(func.lower(Message.recipient).startswith(request.to.lower(), autoescape=True))
    if request.delivery is not None:
        query = query.where(Message.delivery == request.delivery)
    page, next_cursor = ORDERS[request.order].page(work.session, Message, query, request.cursor, request.limit)
    subject = f"account/{request.account_id}" if request.account_id else "messages"
    # That an address was asked for, not which: what is erased elsewhere must not live on in the trail.
    asked = {"delivery": request.delivery, "by_address": bool(request.to)}
    work.audit("message:list", subject, after={**asked, "shown": [message.id for message in page]})
    return ListMessageLog.Reply(messages=[_logged(message) for message in page], next_cursor=next_cursor)


def read(work: UnitOfWork, message_id: UUID) -> LoggedMessageInFull:
    """Gives a message with its text, without the link that its mail had; leaves in the trail who read it. Raises NotFound, OwnMatter."""
    message = work.session.get(Message, message_id)
    if message is None:
        raise NotFound()
    not_oneself(work, message.account_id)
    work.audit("message:view", f"message/{message.id}", after={"kind": message.kind, "account_id": message.account_id})
    return LoggedMessageInFull(
        **vars(_logged(message)),
        body=messages.without_link(message.body, message.language),
        had_link=message.had_link,
        sent_again=message.sending,
        next_try_at=message.due_at if message.delivery in (WAITING, RETRYING) else None,
    )


def resend(work: UnitOfWork, message_id: UUID) -> LoggedMessage:
    """Sends a message again, at once, to the address now on file. Raises NotFound, OwnMatter, and CannotResend once its link is gone.

    One that is still on its way is not sent twice: its next attempt comes at once, to that address. One that is for a given
    address, such as the link that confirms a new one, never goes to another.
    """
    message = work.session.scalar(select(Message).where(Message.id == message_id).with_for_update())
    if message is None:
        raise NotFound()
    not_oneself(work, message.account_id)
    if not message.may_resend:
        raise CannotResend()
    before = {"delivery": message.delivery, "recipient": message.recipient}
    if message.delivery not in (WAITING, RETRYING):
        # A mail of its own, with a Message-ID of its own: mail providers hide a second one with the same.
        message.sending += 1
        message.delivery, message.attempts, message.delivered_at, message.last_error = WAITING, 0, None, None
    if message.account_id is not None and not message.for_address:
        message.recipient = contacts.contact_of(work, message.account_id).email
    message.due_at = message.asked_at = func.now()  # the time of the delivery's machinery: `delivery.py`
    messages.wake_delivery(work)
    work.audit("message:resend", f"message/{message.id}", before, {"delivery": message.delivery, "recipient": message.recipient})
    return _logged(message)


def _logged(message: Message) -> LoggedMessage:
    return LoggedMessage(
        **vars(inbox.shown(message)),
        account_id=message.account_id,
        recipient=message.recipient,
        delivery=message.delivery,
        attempts=message.attempts,
        delivered_at=message.delivered_at,
        last_error=message.last_error,
        correlation_id=message.correlation_id,
        may_resend=message.may_resend,
    )
