"""Invoices: written, and shown to the one who pays them (F22, F25); what has them issued: `charges`."""

from datetime import date, datetime
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import select

from services.billing.fees_due import Due
from services.billing.models import Invoice, InvoiceLine, InvoiceTax, invoice_numbers
from services.common.kernel.errors import NotFound
from services.common.kernel.money import Money
from services.common.kernel.text import Text
from services.common.persistence.ordering import NEWEST
from services.common.persistence.sequences import next_number
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import billing as contracts
from services.contracts.applications.shapes import Bilingual
from services.contracts.billing.purposes import Subject
from services.contracts.college import College, NotInProfile


class Shown(TypedDict):
    """What everyone sees of an invoice who may see it: the fields of the contract's `Invoice`, to which its subclasses add theirs."""

    number: str
    account_id: UUID
    purpose: str
    purpose_words: Bilingual
    subject: Subject
    effect: str | None
    application_id: UUID | None
    state: str
    issued_on: date
    due_on: date | None
    lines: list[contracts.invoices.InvoiceLine]
    taxes: list[contracts.invoices.TaxLine]
    subtotal: Money
    total: Money
    left_to_pay: Money
    paid_at: datetime | None
    receipt_number: str | None


def shown(college: College, invoice: Invoice) -> Shown:
    """Gives what everyone sees of an invoice, for the record that is made of it."""
    currency = invoice.currency
    return Shown(
        number=invoice.number,
        account_id=invoice.account_id,
        purpose=invoice.purpose,
        purpose_words=Bilingual.of(purpose_words(college, invoice)),
        subject=invoice.subject,
        effect=invoice.effect,
        application_id=invoice.about_application,
        state=invoice.state,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
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
        left_to_pay=invoice.left_to_pay,
        paid_at=invoice.paid_at,
        receipt_number=invoice.receipt_number,
    )


def purpose_words(college: College, invoice: Invoice) -> Text:
    """Gives what an invoice is for; its code where the profile no longer has a name for it."""
    try:
        return college.purpose(invoice.purpose).name
    except NotInProfile:
        return Text(invoice.purpose, invoice.purpose)


def for_payer(college: College, invoice: Invoice) -> contracts.invoices.Invoice:
    """Gives an invoice as its payer sees it."""
    return contracts.invoices.Invoice(**shown(college, invoice))


def store(work: UnitOfWork, college: College, due: Due, **columns: Any) -> Invoice:
    """Writes an open invoice over what is due, under the next number; `columns` say whose, for what and about what it is."""
    invoice = Invoice(
        **columns,
        number=next_number(work.session, invoice_numbers, college.numbering.invoice),
        state="open",
        currency=due.total.currency,
        subtotal_cents=due.subtotal.cents,
        total_cents=due.total.cents,
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


def audited(invoice: Invoice) -> dict[str, Any]:
    """Gives what the audit trail says of an invoice."""
    return {
        "state": invoice.state,
        "purpose": invoice.purpose,
        "application_id": invoice.about_application,
        "total": invoice.total.amount,
        "currency": invoice.currency,
        "fees": [line.fee for line in invoice.lines],
    }


def list_mine(work: UnitOfWork, college: College, cursor: str | None, limit: int) -> contracts.invoices.ListInvoices.Reply:
    """Gives a page of the caller's invoices, newest first."""
    own = select(Invoice).where(Invoice.account_id == work.caller.account_id)
    page, next_cursor = NEWEST.page(work.session, Invoice, own, cursor, limit)
    return contracts.invoices.ListInvoices.Reply(invoices=[for_payer(college, row) for row in page], next_cursor=next_cursor)


def get_mine(work: UnitOfWork, college: College, number: str) -> contracts.invoices.Invoice:
    """Gives one of the caller's invoices; raises NotFound for anybody else's."""
    return for_payer(college, mine(work, number))


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
