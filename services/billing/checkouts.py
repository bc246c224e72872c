"""Checkouts: one hosted payment page per invoice at a time, and the search for payments whose notice was lost.

The provider is asked between transactions, never inside one.
"""

from datetime import timedelta
from functools import partial

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from services.billing import invoices, payments
from services.billing.models import Checkout, Invoice
from services.billing.notices import PaidNotice
from services.billing.provider import HostedCheckout, Order, PaymentProvider
from services.billing.settings import BillingSettings
from services.common.kernel import clock
from services.common.kernel.ids import new_id
from services.common.kernel.text import Text
from services.common.observability.logs import get_logger
from services.common.persistence.statements import rows_changed
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.contracts.billing.payments import InvoiceNotOpen, ProviderUnavailable, StartCheckout
from services.contracts.college import College

DESCRIPTION = Text("{college}: invoice {number}", "{college} : facture {number}")
ASKED_PER_ROUND = 20
LONGEST_WAIT_S = 3_600.0
log = get_logger("billing")


def start(
    units: UnitOfWorkFactory, college: College, settings: BillingSettings, provider: PaymentProvider, number: str
) -> StartCheckout.Reply:
    """Gives the address of the payment page of the caller's invoice, the open one if there is one.

    Raises NotFound, InvoiceNotOpen once it is paid or void, ProviderUnavailable when the provider does not answer.
    """
    invoice, latest = units.persist(lambda: _open_invoice(units, number))
    if latest is not None and latest.state == "open":
        hosted = ask(units, college, settings, provider, latest)
        if hosted is not None and hosted.state == "open" and _asks_for_what_is_left(invoice, latest):
            return StartCheckout.Reply(pay_url=hosted.pay_url)
        invoice, _ = units.persist(lambda: _open_invoice(units, number))  # what was just learned may have settled it
    order = _order(invoice, college, settings, units.caller.language)
    attempt = latest.attempt + 1 if latest else 1
    while True:
        hosted = provider.open(order, f"{invoice.number}/{attempt}/{order.fingerprint()}")
        if hosted.state == "open":
            return StartCheckout.Reply(pay_url=units.persist(partial(_keep, units, settings, invoice, attempt, hosted)))
        # Opened by an earlier try that ended before it could be stored, and paid or run out since.
        if hosted.payment is not None:
            _record(units, college, settings, hosted.id, hosted.payment)
            units.persist(lambda: _open_invoice(units, number))
        attempt += 1


def _open_invoice(units: UnitOfWorkFactory, number: str) -> tuple[Invoice, Checkout | None]:
    with units.reading() as work:
        invoice = invoices.mine(work, number)
        if invoice.state != "open":
            raise InvoiceNotOpen()
        query = select(Checkout).where(Checkout.invoice_id == invoice.id).order_by(Checkout.attempt.desc()).limit(1)
        return invoice, work.session.scalar(query)


def _asks_for_what_is_left(invoice: Invoice, checkout: Checkout) -> bool:
    return not any(part.at > checkout.opened_at for part in invoice.allocations)


def _order(invoice: Invoice, college: College, settings: BillingSettings, language: str) -> Order:
    return Order(
        amount_cents=invoice.left_to_pay.cents,
        currency=invoice.currency,
        reference=invoice.number,
        description=DESCRIPTION.format(language, college=college.at(clock.now()).name.in_(language), number=invoice.number),
        language=language,
        success_url=f"{settings.public_url}/payments/done?invoice={invoice.number}",
        cancel_url=f"{settings.public_url}/fees/{invoice.number}",
    )


def _keep(units: UnitOfWorkFactory, settings: BillingSettings, invoice: Invoice, attempt: int, hosted: HostedCheckout) -> str:
    """Stores the page and gives its address; of two opened at once the first stored is everybody's."""
    with units.transaction() as work:
        now_stored = invoices.locked(work, invoice.number)
        if now_stored is None or now_stored.state != "open":
            raise InvoiceNotOpen()  # paid meanwhile by another page: nobody is sent to pay twice
        statement = insert(Checkout).values(
            id=new_id(),
            invoice_id=invoice.id,
            attempt=attempt,
            provider_checkout_id=hosted.id,
            pay_url=hosted.pay_url,
            state="open",
            opened_at=work.now,
            expires_at=hosted.expires_at,
            asks=0,
            ask_due_at=work.now + timedelta(seconds=settings.checkout_wait_s),
        )
        if rows_changed(work.session, statement.on_conflict_do_nothing()):
            work.audit("checkout:open", f"invoice/{invoice.number}", after={"attempt": attempt, "checkout": hosted.id})
            log.info("checkout-opened", invoice=invoice.number, attempt=attempt)
            return hosted.pay_url
        kept = select(Checkout.pay_url).where(Checkout.invoice_id == invoice.id, Checkout.attempt == attempt)
        return work.session.execute(kept).scalar_one()


def ask(
    units: UnitOfWorkFactory, college: College, settings: BillingSettings, provider: PaymentProvider, checkout: Checkout
) -> HostedCheckout | None:
    """Asks the provider how a page stands and records a payment it tells of; raises ProviderUnavailable.

    Nothing is given for a page that the provider does not know (any more).
    """
    hosted = provider.find(checkout.provider_checkout_id)
    if hosted is not None and hosted.payment is not None:
        _record(units, college, settings, hosted.id, hosted.payment)
    elif hosted is None or hosted.state != "open":
        units.persist(lambda: _close(units, checkout))
    return hosted


def _record(units: UnitOfWorkFactory, college: College, settings: BillingSettings, checkout_id: str, told: PaidNotice) -> None:
    def attempt() -> str:
        with units.transaction(actor=payments.PROVIDER) as work:
            outcome = payments.record(work, college, settings, told)
            _set_state(work, checkout_id, "paid")  # a payment known before may have come by a notice that named no checkout
            return outcome

    outcome = units.persist(attempt)
    if outcome != "recorded_before":
        log.warning("lost-notice-found", checkout=checkout_id, outcome=outcome)


def _close(units: UnitOfWorkFactory, checkout: Checkout) -> None:
    with units.transaction(actor=payments.PROVIDER) as work:
        _set_state(work, checkout.provider_checkout_id, "expired")
    log.info("checkout-expired", checkout=checkout.provider_checkout_id)


def _set_state(work: UnitOfWork, provider_checkout_id: str, state: str) -> None:
    query = update(Checkout).where(Checkout.provider_checkout_id == provider_checkout_id, Checkout.state == "open")
    work.session.execute(query.values(state=state))


def search_lost_notices(units: UnitOfWorkFactory, college: College, settings: BillingSettings, provider: PaymentProvider) -> int:
    """Asks about pages that have long been open without a notice of payment, and says how many were asked about.

    A bounded number per round, each again after twice the wait and at least hourly, until paid or expired. A provider
    that does not answer ends the round.
    """
    due = units.persist(lambda: _claim(units, settings))
    for asked, checkout in enumerate(due):
        try:
            ask(units, college, settings, provider, checkout)
        except ProviderUnavailable:
            return asked
    return len(due)


def _claim(units: UnitOfWorkFactory, settings: BillingSettings) -> list[Checkout]:
    with units.transaction(actor="sweep/checkouts") as work:
        query = (
            select(Checkout)
            .where(Checkout.state == "open", Checkout.ask_due_at <= work.now)
            .order_by(Checkout.ask_due_at)
            .limit(ASKED_PER_ROUND)
            .with_for_update(skip_locked=True)
        )
        due = list(work.session.scalars(query))
        for checkout in due:
            wait_s = min(settings.checkout_wait_s * 2 ** min(checkout.asks, 20), LONGEST_WAIT_S)
            checkout.asks += 1
            checkout.ask_due_at = work.now + timedelta(seconds=wait_s)
        return due
