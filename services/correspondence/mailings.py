"""Mailings: what the staff write to everybody on the mailing list, each in their language and at most once (F65)."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import Text, cast, exists, func, select

from services.common.kernel.errors import NotFound
from services.common.kernel.ids import new_id
from services.common.persistence.ordering import NEWEST
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.common.security.encryption import SealedBox
from services.common.security.token_hashing import digest, new_secret
from services.contracts.correspondence import mailing_list as contracts
from services.correspondence import messages, subscriptions
from services.correspondence.compose import LetterContext, postal_address
from services.correspondence.contacts import Recipient
from services.correspondence.messages import LINK_MARK, MAILING
from services.correspondence.models import BOUNCED, GIVEN_UP, RETRYING, SENT, WAITING, ListMail, Mailing, Message, Subscription

BATCH = 100
MOST_BATCHES = 20  # in one run of the timer: a service that is told to stop waits for no more than these


def send(work: UnitOfWork, request: contracts.MailingText) -> contracts.Mailing:
    """Has a mailing written to everybody who is on the list now; the timer writes it."""
    mailing = Mailing(id=new_id(), asked_at=work.now, finished_at=None, **asdict(request))
    work.session.add(mailing)
    work.audit(
        "mailing:send", f"mailing/{mailing.id}", after={"subject_en": mailing.subject_en, "subject_fr": mailing.subject_fr}
    )
    return _shown(mailing, 0)


def list_all(work: UnitOfWork, cursor: str | None, limit: int) -> contracts.ListMailings.Reply:
    """Lists the mailings, newest first, with the counts of the list. Raises Invalid for a cursor that is none."""
    page, next_cursor = NEWEST.page(work.session, Mailing, select(Mailing), cursor, limit)
    written = _written(work, [mailing.id for mailing in page])
    shown = [_shown(mailing, written.get(mailing.id, 0)) for mailing in page]
    return contracts.ListMailings.Reply(counts=subscriptions.counts(work), mailings=shown, next_cursor=next_cursor)


def read(work: UnitOfWork, mailing_id: UUID) -> contracts.WholeMailing:
    """Gives a mailing with its text, and how many of its mails are in which state. Raises NotFound."""
    mailing = work.session.get(Mailing, mailing_id)
    if mailing is None:
        raise NotFound()
    of_mailing = (Message.kind == MAILING, Message.key.in_(select(cast(ListMail.id, Text)).filter_by(mailing_id=mailing_id)))
    by_state = select(Message.delivery, func.count()).where(*of_mailing).group_by(Message.delivery)
    found = dict(work.session.execute(by_state).tuples().all())
    return contracts.WholeMailing(
        **vars(_shown(mailing, _written(work, [mailing_id]).get(mailing_id, 0))),
        body_en=mailing.body_en,
        body_fr=mailing.body_fr,
        deliveries=contracts.Deliveries(
            waiting=found.get(WAITING, 0),
            sent=found.get(SENT, 0),
            retrying=found.get(RETRYING, 0),
            bounced=found.get(BOUNCED, 0),
            given_up=found.get(GIVEN_UP, 0),
        ),
    )


def write_some(units: UnitOfWorkFactory, context: LetterContext, box: SealedBox) -> int:
    """Writes mails of the mailings that were asked for, each batch in a transaction of its own; gives how many.

    A replica passes over a mailing that another one is writing. What one that dies had begun is undone, and so is left for the next.
    """
    written = 0
    for _ in range(MOST_BATCHES):
        with units.transaction(actor="timer/mailings") as work:
            batch = _write_batch(work, context, box)
        if batch is None:
            break
        written += batch
    return written


def _write_batch(work: UnitOfWork, context: LetterContext, box: SealedBox) -> int | None:
    unfinished = select(Mailing).where(Mailing.finished_at.is_(None)).order_by(Mailing.asked_at).limit(1)
    mailing = work.session.scalar(unfinished.with_for_update(skip_locked=True))
    if mailing is None:
        return None
    has_one = exists().where(ListMail.mailing_id == mailing.id, ListMail.address_key == Subscription.address_key)
    due = select(Subscription).where(Subscription.ended_at.is_(None), Subscription.confirmed_at <= mailing.asked_at, ~has_one)
    # Whoever leaves the list now waits for this batch, and then stops its mail.
    batch = work.session.scalars(due.order_by(Subscription.id).limit(BATCH).with_for_update(read=True)).all()
    for subscription in batch:
        _write_one(work, context, box, mailing, subscription)
    if len(batch) < BATCH:
        mailing.finished_at = work.now
    return len(batch)


def _write_one(work: UnitOfWork, context: LetterContext, box: SealedBox, mailing: Mailing, to: Subscription) -> None:
    token, mail_id, language = new_secret(), new_id(), to.language
    mail = ListMail(id=mail_id, mailing_id=mailing.id, address_key=to.address_key, unsubscribe_digest=digest(token))
    work.session.add(mail)
    values = {
        "subject": getattr(mailing, f"subject_{language}"),
        "text": getattr(mailing, f"body_{language}"),
        "agreed_on": context.formatter(language).day_of(to.asked_at),
        "unsubscribe_link": LINK_MARK,
        "postal_address": postal_address(context.college.at(work.now), language),
    }
    link = box.seal(f"{context.pages.unsubscribe}?token={token}")
    messages.write(work, context.college, Recipient(to.email, language), MAILING, str(mail_id), values=values, sealed_link=link)


def _written(work: UnitOfWork, mailing_ids: list[UUID]) -> dict[UUID, int]:
    counted = select(ListMail.mailing_id, func.count()).where(ListMail.mailing_id.in_(mailing_ids))
    return dict(work.session.execute(counted.group_by(ListMail.mailing_id)).tuples().all())


def _shown(mailing: Mailing, written: int) -> contracts.Mailing:
    return contracts.Mailing(
        id=mailing.id,
        subject_en=mailing.subject_en,
        subject_fr=mailing.subject_fr,
        asked_at=mailing.asked_at,
        finished_at=mailing.finished_at,
        written=written,
    )
