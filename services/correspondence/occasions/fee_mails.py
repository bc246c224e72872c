"""Messages about money: the invoice that is ready, the receipt, and a payment that staff look into (F21)."""

from types import SimpleNamespace

from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.billing import InvoiceIssued, PaymentFlagged, PaymentReceived
from services.correspondence import contacts, messages
from services.correspondence.compose import Formatter, LetterContext
from services.correspondence.occasions.letter import Letter, Letters

INVOICE = "registration_invoice"


def invoice_issued(work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace) -> None:
    """Tells that the application is approved and the invoice is ready, with the link to pay it (F21). Raises NotYet."""
    contact = contacts.contact_of(work, fact.account_id)
    formatter = desk.formatter(contact.language)
    reference, total = contacts.reference_of(work, fact.application_id), formatter.money(fact.total)
    values = invoice(desk, formatter, fact, name=contact.name or "", reference=reference, number=fact.invoice_number, total=total)
    messages.write(work, desk.college, contact, INVOICE, fact.invoice_number, values=values)


def invoice(
    desk: LetterContext, formatter: Formatter, fact: SimpleNamespace, *, name: str, reference: str, number: str, total: str
) -> dict[str, str | list[str]]:
    """Gives what the message of an invoice says, of a fact with the category and the conditions."""
    return {
        "name": name,
        "application_reference": reference,
        "category": formatter.category(fact.category),
        "conditions": formatter.terms(fact.terms, fact.conditions),
        "invoice_number": number,
        "total": total,
        "pay_link": desk.pages.invoice(number),
    }


def payment_received(work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace) -> None:
    """Confirms a payment with its receipt number. Raises NotYet."""
    contact = contacts.contact_of(work, fact.account_id)
    formatter = desk.formatter(contact.language)
    values = {
        "name": contact.name or "",
        "receipt_number": fact.receipt_number,
        "invoice_number": fact.invoice_number,
        "amount": formatter.money(fact.amount),
        "paid_on": formatter.day_of(fact.paid_at),
        "receipts_link": desk.pages.invoice(fact.invoice_number),
    }
    messages.write(work, desk.college, contact, "payment_receipt", fact.receipt_number, values=values)


def payment_flagged(work: UnitOfWork, desk: LetterContext, fact: SimpleNamespace) -> None:
    """Tells whoever's invoice it names that a payment did not fit it and is kept. Raises NotYet."""
    if fact.account_id is None or fact.paid_at is None:
        return  # nobody's we know of, or told by a release that did not say whose: staff see it in their list
    contact = contacts.contact_of(work, fact.account_id)
    formatter = desk.formatter(contact.language)
    values = {
        "name": contact.name or "",
        "invoice_number": fact.invoice_number,
        "amount": formatter.money(fact.amount),
        "paid_on": formatter.day_of(fact.paid_at),
    }
    messages.write(work, desk.college, contact, "payment_flagged", str(fact.payment_id), values=values)


LETTERS: Letters = {
    InvoiceIssued: Letter("send_invoice", invoice_issued),
    PaymentReceived: Letter("send_receipt", payment_received),
    PaymentFlagged: Letter("tell_of_flagged_payment", payment_flagged),
}
