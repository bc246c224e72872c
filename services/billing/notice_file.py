"""What becomes of a genuine notice that is no payment to be recorded: kept once, and shown to a person where money may be behind it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.billing import other_notices, whose
from services.billing.models import Checkout, Invoice, Payment, PaymentNotice
from services.billing.other_notices import OtherNotice
from services.common.kernel.errors import Conflict, NotFound
from services.common.kernel.ids import new_id
from services.common.observability.logs import get_logger
from services.common.persistence import ordering
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import billing as contracts
from services.contracts.billing.notices import ListPaymentNotices

ORDERS = {"newest": ordering.NEWEST, "oldest": ordering.OLDEST}
log = get_logger("billing")


def record(work: UnitOfWork, body: bytes) -> str:
    """Keeps a notice once: gives `ignored` where nobody need look, `flagged`, or `recorded_before` for one that was kept already."""
    told = other_notices.read(body)
    payment = _payment(work, told)
    invoice_id = payment.invoice_id if payment and payment.invoice_id else _invoice_id(work, told)
    statement = insert(PaymentNotice).values(
        id=new_id(),
        key=told.key,
        type=told.type,
        flag=told.flag,
        received_at=work.now,
        provider_payment_id=told.provider_payment_id,
        provider_checkout_id=told.provider_checkout_id,
        reference=told.reference,
        invoice_id=invoice_id,
        payment_id=payment.id if payment else None,
        amount_cents=told.amount_cents,
        currency=told.currency,
        said=told.said,
    )
    once = statement.on_conflict_do_nothing(index_elements=["key"]).returning(PaymentNotice.id)
    made: UUID | None = work.session.scalar(once)
    if made is None:
        log.info("notice-recorded-before", key=told.key)
        return "recorded_before"
    about = {"key": told.key, "type": told.type, "flag": told.flag, "reference": told.reference}
    work.audit("payment-notice:record", f"payment-notice/{made}", after=about)
    if told.flag is None:
        log.info("notice-noted", notice_id=str(made), type=told.type)
        return "ignored"
    log.warning("notice-flagged", notice_id=str(made), type=told.type, flag=told.flag)
    return "flagged"


def _payment(work: UnitOfWork, told: OtherNotice) -> Payment | None:
    if told.provider_payment_id is None:
        return None
    return work.session.scalar(select(Payment).where(Payment.provider_payment_id == told.provider_payment_id))


def _invoice_id(work: UnitOfWork, told: OtherNotice) -> UUID | None:
    found: UUID | None = None
    if told.reference:
        found = work.session.scalar(select(Invoice.id).where(Invoice.number == told.reference))
    if found is None and told.provider_checkout_id:
        found = work.session.scalar(select(Checkout.invoice_id).where(Checkout.provider_checkout_id == told.provider_checkout_id))
    return found


def for_staff(notice: PaymentNotice) -> contracts.notices.PaymentNotice:
    """Gives a notice as staff see it."""
    return contracts.notices.PaymentNotice(
        id=notice.id,
        type=notice.type,
        flag=notice.flag,
        state=notice.state,
        received_at=notice.received_at,
        provider_payment_id=notice.provider_payment_id,
        provider_checkout_id=notice.provider_checkout_id,
        reference=notice.reference,
        invoice_number=notice.invoice.number if notice.invoice else None,
        payment_id=notice.payment_id,
        amount=notice.amount,
        said=notice.said,
        resolved_note=notice.resolved_note,
        resolved_at=notice.resolved_at,
        resolved_by=UUID(notice.resolved_by.removeprefix("account/")) if notice.resolved_by else None,
    )


def list_all(work: UnitOfWork, request: ListPaymentNotices.Request) -> ListPaymentNotices.Reply:
    """Gives a page of notices in an order; `unresolved`: only those that wait for a person. Leaves in the trail who looked at which."""
    query = select(PaymentNotice)
    if request.unresolved:
        query = query.where(PaymentNotice.flag.is_not(None), PaymentNotice.resolved_at.is_(None))
    page, next_cursor = ORDERS[request.order].page(work.session, PaymentNotice, query, request.cursor, request.limit)
    after = {"unresolved": request.unresolved, "shown": [notice.id for notice in page]}
    work.audit("payment-notice:list", "payment-notices", after=after)
    return ListPaymentNotices.Reply(notices=[for_staff(notice) for notice in page], next_cursor=next_cursor)


def resolve(work: UnitOfWork, notice_id: UUID, note: str) -> contracts.notices.PaymentNotice:
    """Marks a flagged notice as dealt with; raises NotFound, OwnMatter, Conflict for one not flagged or resolved already."""
    locked = select(PaymentNotice).where(PaymentNotice.id == notice_id).with_for_update(of=PaymentNotice)
    notice = work.session.scalar(locked)
    if notice is None:
        raise NotFound()
    whose.not_ones_own(work, notice.invoice, notice.provider_checkout_id, notice.amount_cents)
    if notice.state != "open":
        raise Conflict()
    notice.resolved_note, notice.resolved_at, notice.resolved_by = note, work.now, work.actor
    subject = f"payment-notice/{notice.id}"
    work.audit("payment-notice:resolve", subject, before={"resolved_note": None}, after={"resolved_note": note})
    return for_staff(notice)
