"""Invoices: issued once per application at its approval (F20), shown to the one who pays them (F22, F25)."""

from datetime import date, datetime
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import select

from services.billing import ledger
from services.billing.fees_due import Due, college_day, registration_due
from services.billing.models import Invoice, InvoiceLine, InvoiceTax, invoice_numbers
from services.common.kernel.errors import NotFound
from services.common.kernel.money import Money
from services.common.observability.logs import get_logger
from services.common.persistence import advisory_locks
from services.common.persistence.ordering import NEWEST
from services.common.persistence.sequences import next_number
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import billing as contracts
from services.contracts import terms
from services.contracts.applications.events import ApplicationApproved
from services.contracts.applications.shapes import Bilingual
from services.contracts.billing.events import InvoiceIssued
from services.contracts.college import College

log = get_logger("billing")


class Shown(TypedDict):
    """What everyone sees of an invoice who may see it: the fields of the contract's `Invoice`, to which its subclasses add theirs."""

    number: str
    account_id: UUID
    application_id: UUID
    state: str
    issued_on: date
    lines: list[contracts.invoices.InvoiceLine]
    taxes: list[contracts.invoices.TaxLine]
    subtotal: Money
    total: Money
    paid_at: datetime | None
    receipt_number: str | None


def shown(invoice: Invoice) -> Shown:
    """Gives what everyone sees of an invoice, for the record that is made of it."""
    currency = invoice.currency
    return Shown(
        number=invoice.number,
        account_id=invoice.account_id,
        application_id=invoice.application_id,
        state=invoice.state,
        issued_on=invoice.issued_on,
        lines=[
            contracts.invoices.InvoiceLine(
                fee=line.fee,
                description=Bilingual(en=line.description_en, fr=line.description_fr),
                amount=Money(line.amount_cents, currency),
            )
            for line in invoice.lines
        ],
        taxes=[
            contracts.invoices.TaxLine(
                name=Bilingual(en=tax.name_en, fr=tax.name_fr),
                rate_basis_points=tax.rate_basis_points,
                amount=Money(tax.amount_cents, currency),
            )
            for tax in invoice.taxes
        ],
        subtotal=invoice.subtotal,
        total=invoice.total,
        paid_at=invoice.paid_at,
        receipt_number=invoice.receipt_number,
    )


def for_payer(invoice: Invoice) -> contracts.invoices.Invoice:
    """Gives an invoice as its payer sees it."""
    return contracts.invoices.Invoice(**shown(invoice))


def issue_for_registration(work: UnitOfWork, college: College, event: ApplicationApproved.Data) -> None:
    """Issues the registration invoice of an approved application; a later approval of the same one changes nothing (F20).

    Raises NotInProfile or FeeNotInForce when the profile names no fee for the category on the day of approval.
    """
    # Two approvals of one application may be handled at once: the second waits here, then sees the first one's invoice.
    advisory_locks.wait_for_thing(work.session, f"invoice/{event.application_id}")
    earlier = work.session.scalar(select(Invoice.number).where(Invoice.application_id == event.application_id))
    if earlier is not None:
        log.info("invoice-issued-before", invoice=earlier, application_id=str(event.application_id))
        return
    due = registration_due(college, event.category, event.approved_at)
    invoice = _store(work, college, event, due)
    ledger.post_invoice(work, invoice)
    work.audit("invoice:issue", f"invoice/{invoice.number}", after=_audited(invoice))
    work.announce(
        InvoiceIssued,
        InvoiceIssued.Data(
            invoice_number=invoice.number,
            account_id=invoice.account_id,
            application_id=invoice.application_id,
            category=invoice.category,
            terms=terms.stated(terms.of(college, event.terms, event.conditions)),
            conditions=event.conditions,
            total=invoice.total,
            issued_on=invoice.issued_on,
        ),
    )
    log.info("invoice-issued", invoice=invoice.number, application_id=str(invoice.application_id), total=invoice.total.amount)


def _store(work: UnitOfWork, college: College, event: ApplicationApproved.Data, due: Due) -> Invoice:
    invoice = Invoice(
        number=next_number(work.session, invoice_numbers, college.numbering.invoice),
        account_id=event.account_id,
        application_id=event.application_id,
        application_reference=event.reference,
        bill_to=event.legal_name,
        category=event.category,
        state="open",
        currency=due.total.currency,
        subtotal_cents=due.subtotal.cents,
        total_cents=due.total.cents,
        issued_at=work.now,
        issued_on=college_day(college, work.now),
        lines=[
            InvoiceLine(
                position=position,
                fee=line.fee,
                description_en=line.description.en,
                description_fr=line.description.fr,
                amount_cents=line.amount.cents,
                tax_code=line.tax_code,
                tax_cents=line.tax.cents,
            )
            for position, line in enumerate(due.lines, start=1)
        ],
        taxes=[
            InvoiceTax(
                position=position,
                code=tax.code,
                name_en=tax.name.en,
                name_fr=tax.name.fr,
                rate_basis_points=tax.rate_basis_points,
                amount_cents=tax.amount.cents,
            )
            for position, tax in enumerate(due.taxes, start=1)
        ],
    )
    work.session.add(invoice)
    work.session.flush()
    return invoice


def _audited(invoice: Invoice) -> dict[str, Any]:
    return {
        "state": invoice.state,
        "application_id": invoice.application_id,
        "total": invoice.total.amount,
        "currency": invoice.currency,
        "fees": [line.fee for line in invoice.lines],
    }


def list_mine(work: UnitOfWork, cursor: str | None, limit: int) -> contracts.invoices.ListInvoices.Reply:
    """Gives a page of the caller's invoices, newest first."""
    own = select(Invoice).where(Invoice.account_id == work.caller.account_id)
    page, next_cursor = NEWEST.page(work.session, Invoice, own, cursor, limit)
    return contracts.invoices.ListInvoices.Reply(invoices=[for_payer(row) for row in page], next_cursor=next_cursor)


def get_mine(work: UnitOfWork, number: str) -> contracts.invoices.Invoice:
    """Gives one of the caller's invoices; raises NotFound for anybody else's."""
    return for_payer(mine(work, number))


def mine(work: UnitOfWork, number: str) -> Invoice:
    """Finds the caller's invoice of that number; raises NotFound."""
    found = work.session.scalar(select(Invoice).where(Invoice.number == number, Invoice.account_id == work.caller.account_id))
    if found is None:
        raise NotFound()
    return found


def locked(work: UnitOfWork, number: str) -> Invoice | None:
    """Finds an invoice by number, whoever pays it, and keeps it from others until this work is committed."""
    query = select(Invoice).where(Invoice.number == number).with_for_update(of=Invoice)
    return work.session.scalar(query.execution_options(populate_existing=True))
