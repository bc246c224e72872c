"""Paid, being finalised: the state between a payment and what it brings about, whatever its purpose, which repairs itself (B1)."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from services.billing import invoices
from services.billing.gauges import REPLAYS, WAITS
from services.billing.models import Invoice, Payment
from services.billing.settings import BillingSettings
from services.common.bus.events import NotYet
from services.common.kernel.errors import Conflict, NotFound
from services.common.kernel.present import present
from services.common.observability.logs import get_logger
from services.common.persistence.oneself import not_oneself
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.contracts import billing as contracts
from services.contracts.billing.events import FinalisationReplayed, PaymentReceived
from services.contracts.billing.issued import ListUnfinished, UnfinishedInvoice
from services.contracts.college import College

# After the first wait (a setting): what was not mended at once needs time, or a person, and must not be shouted at.
LATER_S = (60, 300, 1_800, 3_600)
PER_ROUND = 50
MOST_SHOWN = 500
log = get_logger("billing")


def replay_delay(replays: int, first_wait_s: float) -> timedelta:
    """Gives the wait before the next replay: the first wait, then a minute, 5 minutes, half an hour, and hourly from there."""
    return timedelta(seconds=first_wait_s if replays == 0 else LATER_S[min(replays, len(LATER_S)) - 1])


def finish(work: UnitOfWork, number: str) -> None:
    """Ends the wait of a paid invoice, as its owner says that the effect is there; raises NotYet while it is not known as paid."""
    invoice = invoices.locked(work, number)
    if invoice is None or invoice.state in ("open", "void"):
        raise NotYet(f"invoice {number} is not known as paid")
    if invoice.state == "finalised":
        return
    invoice.state, invoice.finalised_at, invoice.replay_due_at = "finalised", work.now, None
    waited_s = max((work.now - invoice.paid_at).total_seconds(), 0.0) if invoice.paid_at else 0.0
    after = {"state": "finalised", "replays": invoice.replays}
    work.audit("invoice:finalise", f"invoice/{invoice.number}", before={"state": "being_finalised"}, after=after)
    WAITS.observe(waited_s)
    say, outcome = (log.warning, "finalisation-repaired") if invoice.replays else (log.info, "invoice-finalised")
    say(outcome, invoice=invoice.number, replays=invoice.replays, waited_s=round(waited_s, 3))


def sweep(units: UnitOfWorkFactory, settings: BillingSettings) -> int:
    """Announces again each payment whose effect is late, and says how many; replicas pass over each other's."""
    with units.transaction(actor="sweep/finalisation") as work:
        query = (
            select(Invoice)
            .where(Invoice.state == "being_finalised", Invoice.replay_due_at <= work.now)
            .order_by(Invoice.replay_due_at)
            .limit(PER_ROUND)
            .with_for_update(skip_locked=True, of=Invoice)
        )
        late = list(work.session.scalars(query))
        settled_by = _settling_payments(work, late)
        for invoice in late:
            _replay(work, settings, invoice, settled_by[invoice.id])
    REPLAYS.labels("sweep").inc(len(late))
    return len(late)


def replay(work: UnitOfWork, college: College, settings: BillingSettings, number: str) -> contracts.invoices.Invoice:
    """Announces the payment of an invoice again, at once; raises NotFound, OwnMatter, Conflict unless it is being finalised."""
    invoice = invoices.locked(work, number)
    if invoice is None:
        raise NotFound()
    not_oneself(work, invoice.account_id)
    if invoice.state != "being_finalised":
        raise Conflict()
    _replay(work, settings, invoice, _settling_payments(work, [invoice])[invoice.id])
    REPLAYS.labels("staff").inc()
    return invoices.for_payer(college, invoice)


def list_unfinished(work: UnitOfWork, college: College) -> ListUnfinished.Reply:
    """Gives the invoices that are paid and had no effect yet, oldest payment first."""
    query = select(Invoice).where(Invoice.state == "being_finalised").order_by(Invoice.paid_at, Invoice.id).limit(MOST_SHOWN)
    return ListUnfinished.Reply(
        invoices=[
            UnfinishedInvoice(**invoices.shown(college, invoice), replays=invoice.replays, next_replay_at=invoice.replay_due_at)
            for invoice in work.session.scalars(query)
        ]
    )


def _settling_payments(work: UnitOfWork, paid: list[Invoice]) -> dict[Any, Payment]:
    # Of several, the one that made it whole: the invoice bears the number of its receipt.
    query = select(Payment).where(Payment.receipt_number.in_([invoice.receipt_number for invoice in paid]))
    return {payment.invoice_id: payment for payment in work.session.scalars(query)}


def _replay(work: UnitOfWork, settings: BillingSettings, invoice: Invoice, payment: Payment) -> None:
    before = invoice.replays
    invoice.replays = before + 1
    invoice.replay_due_at = work.now + replay_delay(invoice.replays, settings.finalisation_wait_s)
    work.announce(FinalisationReplayed, received(invoice, payment))
    work.audit("finalisation:replay", f"invoice/{invoice.number}", before={"replays": before}, after={"replays": invoice.replays})
    log.warning("finalisation-replayed", invoice=invoice.number, replays=invoice.replays, by=work.actor)


def received(invoice: Invoice, payment: Payment) -> PaymentReceived.Data:
    """Gives what is announced of the payment that settled an invoice."""
    return PaymentReceived.Data(
        payment_id=payment.id,
        invoice_number=invoice.number,
        receipt_number=present(payment.receipt_number),
        account_id=invoice.account_id,
        purpose=invoice.purpose,
        subject=invoice.subject,
        effect=invoice.effect,
        application_id=invoice.about_application,
        amount=payment.amount,
        paid_at=payment.paid_at,
    )
