"""Who is on the mailing list (F65): express consent, confirmed by a mailed link, kept as proof; and leaving it, at once (R15)."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Text, cast, delete, func, select, update

from services.common.kernel.email_addresses import email_key
from services.common.kernel.errors import Invalid
from services.common.kernel.ids import new_id
from services.common.persistence import advisory_locks
from services.common.persistence.unit_of_work import UnitOfWork
from services.common.security.encryption import SealedBox
from services.common.security.token_hashing import digest, new_secret
from services.contracts.correspondence.mailing_list import Counts
from services.contracts.identity.errors import LinkNotValid
from services.correspondence import messages
from services.correspondence.compose import LetterContext, postal_address
from services.correspondence.contacts import Recipient
from services.correspondence.messages import LINK_MARK, MAILING
from services.correspondence.models import (
    GIVEN_UP,
    RETRYING,
    WAITING,
    ListMail,
    Message,
    Subscription,
    SubscriptionRequest,
)

CONFIRMATION = "mailing_list_confirmation"
LINK_HOURS = 48
MAILS_A_DAY = 3  # to one address, however often somebody asks
_DAY = timedelta(days=1)
_KEPT = ("address_key", "email", "language", "wording", "consent", "asked_at", "asked_from")
_LEFT = "left the mailing list before it was sent"


def ask(work: UnitOfWork, context: LetterContext, box: SealedBox, email: str, language: str, wording: int) -> None:
    """Mails the link that confirms a wish to be on the list, whoever is on it already; the one before stops working.

    Raises Invalid where another wording of the consent was read than is in force.
    """
    if wording != context.college.at(work.now).mailing_list.wording:
        raise Invalid(errors=[{"field": "consent", "code": "not_agreed"}])
    request = _request_of(work, email)
    if work.now - request.mails_since >= _DAY:
        request.mails, request.mails_since = 0, work.now
    mailed = request.mails < MAILS_A_DAY
    if mailed:
        _mail_link(work, context, box, request, email, language)
    work.audit("subscription:ask", f"subscription-request/{request.id}", after={"language": language, "mailed": mailed})


def confirm(work: UnitOfWork, token: str) -> None:
    """Puts the address of a link on the list, in the language that was asked for, and uses the link up. Raises LinkNotValid."""
    ours = (SubscriptionRequest.token_digest == digest(token), SubscriptionRequest.expires_at > work.now)
    request = work.session.scalar(select(SubscriptionRequest).where(*ours).with_for_update())
    if request is None:
        raise LinkNotValid()
    kept = {name: getattr(request, name) for name in _KEPT}
    renewed = _end(work, request.address_key, renewed=True)
    confirmed = {"confirmed_at": work.now, "confirmed_from": work.caller.address}
    subscription = Subscription(id=new_id(), **kept, **confirmed)
    work.session.add(subscription)
    work.session.delete(request)
    told = {"language": request.language, "wording": request.wording, "renewed": renewed}
    work.audit("subscription:confirm", f"subscription/{subscription.id}", after=told)


def leave(work: UnitOfWork, token: str) -> None:
    """Takes the address that a mailing's link went to off the list, with what is on its way to it. Raises LinkNotValid."""
    key = work.session.scalar(select(ListMail.address_key).where(ListMail.unsubscribe_digest == digest(token)))
    if key is None:
        raise LinkNotValid()
    # First the subscription: a mailing that is being written holds it until its mails are there to be stopped.
    _end(work, key, renewed=False)
    keys = select(cast(ListMail.id, Text)).where(ListMail.address_key == key)
    under_way = (Message.kind == MAILING, Message.key.in_(keys), Message.delivery.in_((WAITING, RETRYING)))
    stopped = {"delivery": GIVEN_UP, "last_error": _LEFT, "sealed_link": None}
    work.session.execute(update(Message).where(*under_way).values(**stopped))


def counts(work: UnitOfWork) -> Counts:
    """Counts the list by language, the requests whose link still works, and the addresses that have left."""
    running, left = Subscription.ended_at.is_(None), Subscription.ended_at.is_not(None) & ~Subscription.renewed
    by_state = select(
        func.count().filter(running, Subscription.language == "en"),
        func.count().filter(running, Subscription.language == "fr"),
        func.count().filter(left),
    )
    pending = select(func.count()).select_from(SubscriptionRequest).where(SubscriptionRequest.expires_at > work.now)
    english, french, gone = work.session.execute(by_state).tuples().one()
    return Counts(subscribed_en=english, subscribed_fr=french, pending=work.session.scalar(pending) or 0, unsubscribed=gone)


def forget_requests(work: UnitOfWork, request_ids: Any) -> None:
    """Removes requests that nobody confirmed, with the mails that asked for it."""
    for request_id in request_ids:
        mails = (Message.kind == CONFIRMATION, Message.key.startswith(f"{request_id}."))
        work.session.execute(delete(Message).where(*mails))
    work.session.execute(delete(SubscriptionRequest).where(SubscriptionRequest.id.in_(request_ids)))


def forget_ended(work: UnitOfWork, subscription_ids: Any) -> None:
    """Removes subscriptions that ended; with the last one of an address the links of its mails stop working."""
    keys = set(
        work.session.scalars(
            delete(Subscription).where(Subscription.id.in_(subscription_ids)).returning(Subscription.address_key)
        )
    )
    others = select(Subscription.address_key).where(Subscription.address_key.in_(keys))
    work.session.execute(delete(ListMail).where(ListMail.address_key.in_(keys), ListMail.address_key.not_in(others)))


def _request_of(work: UnitOfWork, email: str) -> SubscriptionRequest:
    key = email_key(email)
    # Two requests for one address take turns, so that it gets no more mails than it may.
    advisory_locks.wait_for_thing(work.session, key)
    request = work.session.scalar(select(SubscriptionRequest).filter_by(address_key=key).with_for_update())
    if request is None:
        request = SubscriptionRequest(id=new_id(), address_key=key, mails=0, mails_since=work.now)
        work.session.add(request)
    return request


def _mail_link(
    work: UnitOfWork, context: LetterContext, box: SealedBox, request: SubscriptionRequest, email: str, language: str
) -> None:
    token = new_secret()
    request.email, request.language = email, language
    # The sentence as it was read: the language of the page may be another one than that of the e-mails.
    agreed = context.college.at(work.now).mailing_list
    request.wording, request.consent = agreed.wording, agreed.consent.in_(work.caller.language)
    request.asked_at, request.asked_from = work.now, work.caller.address
    request.token_digest, request.expires_at = digest(token), work.now + timedelta(hours=LINK_HOURS)
    request.mails += 1
    values = {
        "confirmation_link": LINK_MARK,
        "lifetime": context.formatter(language).lifetime(LINK_HOURS),
        "postal_address": postal_address(context.college.at(work.now), language),
    }
    link = box.seal(f"{context.pages.confirm_subscription}?token={token}")
    to, key = Recipient(email, language), f"{request.id}.{new_id()}"
    messages.write(work, context.college, to, CONFIRMATION, key, values=values, sealed_link=link)


def _end(work: UnitOfWork, key: str, renewed: bool) -> bool:
    running = (Subscription.address_key == key, Subscription.ended_at.is_(None))
    ended = update(Subscription).where(*running).values(ended_at=work.now, renewed=renewed).returning(Subscription.id)
    found = work.session.scalar(ended)
    if found is not None and not renewed:
        work.audit("subscription:end", f"subscription/{found}")
    return found is not None
