"""Payments: each recorded once, whatever it is; the right one settles its invoice, any other waits for a person (F23)."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from services.billing import invoices, ledger, notice_file, notices, whose
from services.billing.finalisation import received, replay_delay
from services.billing.models import Checkout, Invoice, Payment, PaymentAllocation, receipt_numbers
from services.billing.notices import PaidNotice, Unreadable
from services.billing.settings import BillingSettings
from services.common.kernel import paging
from services.common.kernel.errors import Conflict, NotFound
from services.common.kernel.ids import new_id
from services.common.kernel.present import present
from services.common.observability.logs import get_logger
from services.common.persistence import ordering
from services.common.persistence.ordering import Order
from services.common.persistence.sequences import next_number
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import billing as contracts
from services.contracts.billing.events import PartPaymentReceived, PaymentFlagged, PaymentReceived
from services.contracts.billing.payments import ListPayments, NoticeNotGenuine, RecordPayment
from services.contracts.college import College

PROVIDER = "payment-provider"
ORDERS = {
    "newest": ordering.NEWEST,
    "oldest": ordering.OLDEST,
    "amount": Order(lambda rows: rows.amount_cents, "bigint", lambda row: row.amount_cents, paging.a_number, down=True),
}
log = get_logger("billing")


def flag_for(invoice: Invoice | None, amount_cents: int, currency: str) -> str | None:
    """Says why a payment does not fit the invoice it names; nothing for what is left to pay on an open one, or a part where parts are taken."""
    if invoice is None:
        return "unknown_invoice"
    if invoice.state == "void":
        return "invoice_void"
    if invoice.state != "open":
        return "already_paid"
    if currency != invoice.currency:
        return "currency_mismatch"
    left_cents = invoice.left_to_pay.cents
    fits = amount_cents == left_cents or (invoice.may_be_paid_in_parts and amount_cents < left_cents)
    return None if fits else "amount_mismatch"


def record_notice(
    work: UnitOfWork, college: College, settings: BillingSettings, request: RecordPayment.Request
) -> RecordPayment.Reply:
    """Records what a signed notice tells, and says what became of it; raises NoticeNotGenuine.

    What is genuine is never refused, or the provider would send it again and again and then no more, and nobody would know: a notice
    that is no payment, or cannot be read as one, is kept and shown to a person (`notice_file`).
    """
    try:
        body = notices.body_of(request.notice, request.encoding)
        notices.check_signature(settings.webhook_secret, body, request.signature, work.real_now)
    except NoticeNotGenuine:
        log.warning("notice-refused", address=work.caller.address)
        raise
    work.actor = PROVIDER  # the signature says who speaks
    try:
        told = notices.read(body)
    except Unreadable:
        log.error("notice-unreadable")
        told = None
    outcome = notice_file.record(work, body) if told is None else record(work, college, settings, told)
    return RecordPayment.Reply(outcome=outcome)


def record(work: UnitOfWork, college: College, settings: BillingSettings, told: PaidNotice) -> str:
    """Records a payment once: gives `recorded`, `flagged`, or `recorded_before` for one that is known already.

    Genuine money is never turned away: what settles no invoice is kept as unapplied, and its invoice stays as it is.
    """
    # The invoice first: two payments of it, or two notices of one payment, take turns here.
    invoice = invoices.locked(work, told.reference.strip())
    flag = flag_for(invoice, told.amount_cents, told.currency)
    payment = _insert(work, college, told, invoice, flag)
    if payment is None:
        log.info("payment-recorded-before", provider_payment_id=told.provider_payment_id)
        return "recorded_before"
    ledger.post_payment(work, payment)
    if told.provider_checkout_id:
        work.session.execute(
            update(Checkout).where(Checkout.provider_checkout_id == told.provider_checkout_id).values(state="paid")
        )
    if invoice is not None and flag is None:
        _apply(work, settings, invoice, payment)
        return "recorded"
    _announce_flagged(work, payment)
    return "flagged"


def _insert(work: UnitOfWork, college: College, told: PaidNotice, invoice: Invoice | None, flag: str | None) -> Payment | None:
    if work.session.scalar(select(Payment.id).where(Payment.provider_payment_id == told.provider_payment_id)):
        return None
    statement = insert(Payment).values(
        id=new_id(),
        provider_payment_id=told.provider_payment_id,
        provider_checkout_id=told.provider_checkout_id,
        invoice_id=invoice.id if invoice else None,
        reference=told.reference,
        amount_cents=told.amount_cents,
        currency=told.currency,
        paid_at=told.paid_at,
        recorded_at=work.now,
        method_brand=told.method_brand,
        method_last4=told.method_last4,
        flag=flag,
        receipt_number=None if flag else next_number(work.session, receipt_numbers, college.numbering.receipt),
    )
    # Where there is no invoice to lock, the unique key decides between two notices at once.
    once = statement.on_conflict_do_nothing(index_elements=["provider_payment_id"]).returning(Payment.id)
    made: UUID | None = work.session.scalar(once)
    return None if made is None else work.session.get_one(Payment, made)


def _apply(work: UnitOfWork, settings: BillingSettings, invoice: Invoice, payment: Payment) -> None:
    """Applies all of a payment to the invoice that it fits; a part leaves it open with what is left."""
    invoice.allocations.append(PaymentAllocation(payment_id=payment.id, amount_cents=payment.amount_cents, at=work.now))
    work.session.flush()
    work.audit("payment:record", f"payment/{payment.id}", after=_audited(payment))
    if invoice.left_to_pay.cents == 0:
        _settle(work, settings, invoice, payment)
    else:
        told = PartPaymentReceived.Data(**vars(received(invoice, payment)), left_to_pay=invoice.left_to_pay)
        work.announce(PartPaymentReceived, told)
        log.info("payment-recorded-in-part", invoice=invoice.number, receipt=payment.receipt_number, payment_id=str(payment.id))


def _settle(work: UnitOfWork, settings: BillingSettings, invoice: Invoice, payment: Payment) -> None:
    invoice.paid_at = payment.paid_at
    invoice.receipt_number = payment.receipt_number
    if invoice.effect is None:  # there is nothing more to wait for
        invoice.state, invoice.finalised_at = "finalised", work.now
    else:
        invoice.state, invoice.replay_due_at = "being_finalised", work.now + replay_delay(0, settings.finalisation_wait_s)
    work.announce(PaymentReceived, received(invoice, payment))
    log.info("payment-recorded", invoice=invoice.number, receipt=payment.receipt_number, payment_id=str(payment.id))


def _announce_flagged(work: UnitOfWork, payment: Payment) -> None:
    work.audit("payment:flag", f"payment/{payment.id}", after=_audited(payment))
    work.announce(
        PaymentFlagged,
        PaymentFlagged.Data(
            payment_id=payment.id,
            reference=payment.reference,
            amount=payment.amount,
            flag=present(payment.flag),
            account_id=payment.invoice.account_id if payment.invoice else None,
            invoice_number=payment.invoice.number if payment.invoice else None,
            paid_at=payment.paid_at,
        ),
    )
    log.warning("payment-flagged", payment_id=str(payment.id), reference=payment.reference, flag=payment.flag)


def _audited(payment: Payment) -> dict[str, Any]:
    return {
        "provider_payment_id": payment.provider_payment_id,
        "reference": payment.reference,
        "amount": payment.amount.amount,
        "currency": payment.currency,
        "flag": payment.flag,
        "receipt_number": payment.receipt_number,
    }


def for_staff(payment: Payment) -> contracts.payments.Payment:
    """Gives a payment as staff see it."""
    method = " ".join(part for part in (payment.method_brand, payment.method_last4) if part)
    return contracts.payments.Payment(
        id=payment.id,
        provider_payment_id=payment.provider_payment_id,
        invoice_number=payment.invoice.number if payment.invoice else None,
        reference=payment.reference,
        amount=payment.amount,
        unapplied=payment.unapplied,
        paid_at=payment.paid_at,
        method=method or None,
        flag=payment.flag,
        resolved_note=payment.resolved_note,
        resolved_by=UUID(payment.resolved_by.removeprefix("account/")) if payment.resolved_by else None,
        receipt_number=payment.receipt_number,
    )


def list_all(work: UnitOfWork, request: ListPayments.Request) -> ListPayments.Reply:
    """Gives a page of payments in an order; `flagged`: only those that wait for a person. Leaves in the trail who looked at which."""
    query = select(Payment)
    if request.flagged:
        query = query.where(Payment.flag.is_not(None), Payment.resolved_at.is_(None))
    page, next_cursor = ORDERS[request.order].page(work.session, Payment, query, request.cursor, request.limit)
    work.audit("payment:list", "payments", after={"flagged": request.flagged, "shown": [payment.id for payment in page]})
    return ListPayments.Reply(payments=[for_staff(payment) for payment in page], next_cursor=next_cursor)


def resolve(work: UnitOfWork, payment_id: UUID, note: str) -> contracts.payments.Payment:
    """Marks a flagged payment as dealt with; raises NotFound, OwnMatter, Conflict for one not flagged or resolved already."""
    payment = work.session.scalar(select(Payment).where(Payment.id == payment_id).with_for_update(of=Payment))
    if payment is None:
        raise NotFound()
    whose.not_ones_own(work, payment.invoice, payment.provider_checkout_id, payment.amount_cents)
    if payment.flag is None or payment.resolved_at is not None:
        raise Conflict()
    payment.resolved_note, payment.resolved_at, payment.resolved_by = note, work.now, work.actor
    work.audit("payment:resolve", f"payment/{payment.id}", before={"resolved_note": None}, after={"resolved_note": note})
    return for_staff(payment)
