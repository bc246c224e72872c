"""Messages about money: the invoice that is ready, the receipt, and a payment that staff look into (F21)."""

from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.billing.events import InvoiceIssued, PartPaymentReceived, PaymentFlagged, PaymentReceived
from services.correspondence import contacts, messages
from services.correspondence.compose import LetterContext
from services.correspondence.occasions.letter import Letter, Letters

INVOICE = "registration_invoice"


def invoice_issued(work: UnitOfWork, context: LetterContext, event: InvoiceIssued.Data) -> None:
    """Tells that an invoice is ready, by the letter of its purpose, with the link to pay it (F21).

    Raises NotYet, and NotInProfile for a purpose that this college's profile does not know.
    """
    contact = contacts.contact_of(work, event.account_id)
    formatter = context.formatter(contact.language)
    values = invoice(
        context,
        name=contact.name or "",
        reference=contacts.reference_of(work, event.application_id) if event.application_id else "",
        category=formatter.category(event.category) if event.category else "",
        conditions=formatter.terms(event.terms, event.conditions),
        number=event.invoice_number,
        total=formatter.money(event.total),
    )
    letter = context.college.purpose(event.purpose).letter
    messages.write(work, context.college, contact, letter, event.invoice_number, values=values)


def invoice(
    context: LetterContext, *, name: str, reference: str, category: str, conditions: list[str], number: str, total: str
) -> dict[str, str | list[str]]:
    """Gives what the message of an invoice says; category, conditions and total are in the reader's language."""
    return {
        "name": name,
        "application_reference": reference,
        "category": category,
        "conditions": conditions,
        "invoice_number": number,
        "total": total,
        "pay_link": context.pages.invoice(number),
    }


def payment_received(work: UnitOfWork, context: LetterContext, event: PaymentReceived.Data) -> None:
    """Confirms a payment, or a part, with its receipt number. Raises NotYet."""
    contact = contacts.contact_of(work, event.account_id)
    formatter = context.formatter(contact.language)
    values = {
        "name": contact.name or "",
        "receipt_number": event.receipt_number,
        "invoice_number": event.invoice_number,
        "amount": formatter.money(event.amount),
        "paid_on": formatter.day_of(event.paid_at),
        "receipts_link": context.pages.invoice(event.invoice_number),
    }
    messages.write(work, context.college, contact, "payment_receipt", event.receipt_number, values=values)


def payment_flagged(work: UnitOfWork, context: LetterContext, event: PaymentFlagged.Data) -> None:
    """Tells whoever's invoice it names that a payment did not fit it and is kept. Raises NotYet."""
    if event.account_id is None or event.paid_at is None:
        return  # nobody's we know of, or told by a release that did not say whose: staff see it in their list
    contact = contacts.contact_of(work, event.account_id)
    formatter = context.formatter(contact.language)
    values = {
        "name": contact.name or "",
        "invoice_number": event.invoice_number,
        "amount": formatter.money(event.amount),
        "paid_on": formatter.day_of(event.paid_at),
    }
    messages.write(work, context.college, contact, "payment_flagged", str(event.payment_id), values=values)


LETTERS: Letters = {
    InvoiceIssued: Letter("send_invoice", invoice_issued),
    PaymentReceived: Letter("send_receipt", payment_received),
    PartPaymentReceived: Letter("send_receipt_of_part", payment_received),
    PaymentFlagged: Letter("tell_of_flagged_payment", payment_flagged),
}
