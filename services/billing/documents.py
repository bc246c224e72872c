"""Invoices and receipts as PDF: made when first asked for, in each language, and kept under their hash (F25)."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.billing import invoices
from services.billing.fees_due import college_day
from services.billing.models import Invoice, Payment, RenderedDocument
from services.billing.settings import BillingSettings
from services.common.documents import pdf
from services.common.documents.files import FileStore
from services.common.kernel.dates import written_date
from services.common.kernel.errors import NotFound
from services.common.kernel.money import LOCALES, Money, currency_name, written
from services.common.kernel.text import Text
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications.shapes import StoredFile
from services.contracts.college import College, CollegeOnDay

TEMPLATES = Path(__file__).parent / "templates"
INVOICE = Text("Invoice", "Facture")
RECEIPT = Text("Receipt", "Reçu")
CARD = Text("Card", "Carte")
PERCENT = Text("{}%", "{}\u00a0%")


def read_invoice(
    work: UnitOfWork, college: College, settings: BillingSettings, files: FileStore, *, number: str, language: str | None
) -> StoredFile:
    """Tells where the PDF of the caller's invoice is stored; it says PAID once it is. Raises NotFound."""
    invoice, language = invoices.mine(work, number), language or work.caller.language
    data = paper_data(invoice, college.on(invoice.issued_on), language) | {
        "document_date": invoice.issued_on.isoformat(),
        "number": invoice.number,
        "issued_on": written_date(invoice.issued_on, language),
        "bill_to": _payer(invoice),
    }
    if invoice.paid_at is None:
        data["pay_url"] = f"{settings.public_url}/fees/{invoice.number}"
    else:
        data["paid_on"] = written_date(college_day(college, invoice.paid_at), language)
    state = "unpaid" if invoice.paid_at is None else "paid"
    return _paper(work, files, "invoice.typ", data, word=INVOICE.in_(language), language=language, state=state)


def read_receipt(work: UnitOfWork, college: College, files: FileStore, *, number: str, language: str | None) -> StoredFile:
    """Tells where the PDF of one of the caller's receipts is stored. Raises NotFound."""
    query = (
        select(Payment)
        .join(Payment.invoice)
        .where(Payment.receipt_number == number, Invoice.account_id == work.caller.account_id)
    )
    payment = work.session.scalar(query)
    if payment is None or payment.invoice is None:
        raise NotFound()
    invoice, language = payment.invoice, language or work.caller.language
    paid_on = college_day(college, payment.paid_at)
    data = paper_data(invoice, college.on(paid_on), language) | {
        "document_date": paid_on.isoformat(),
        "number": number,
        "paid_on": written_date(paid_on, language),
        "method": {"brand": (payment.method_brand or CARD.in_(language)).title(), "last4": payment.method_last4 or "—"},
        "invoice_number": invoice.number,
        "received_from": _payer(invoice),
        "part": written(payment.amount, language) if payment.amount_cents != invoice.total_cents else None,
    }
    return _paper(work, files, "receipt.typ", data, word=RECEIPT.in_(language), language=language, state="paid")


def _paper(
    work: UnitOfWork, files: FileStore, template: str, data: dict[str, Any], *, word: str, language: str, state: str
) -> StoredFile:
    """Gives the stored paper, made now if it is asked for the first time."""
    number = data["number"]
    key = {"number": number, "language": language, "state": state}
    kept = work.session.get(RenderedDocument, key)
    if kept is None:
        content = pdf.render(TEMPLATES / template, data, "fr" if language == "fr" else "en", f"{word} {number}")
        paper = {**key, "sha256": files.put(content), "size": len(content), "made_at": work.now}
        # Two askers at once: the first one's file is everybody's.
        work.session.execute(insert(RenderedDocument).values(**paper).on_conflict_do_nothing())
        kept = work.session.get_one(RenderedDocument, key)
    return StoredFile(file_name=f"{word}-{number}.pdf", media_type="application/pdf", size=kept.size, sha256=kept.sha256)


def paper_data(invoice: Invoice, college: CollegeOnDay, language: str) -> dict[str, Any]:
    """Gives what an invoice and its receipt have in common: whose paper it is, the lines, the taxes, the sums. Pure."""
    address = college.postal_address
    return {
        "theme": {"color": college.theme.colours["brand"]},
        "college": {
            "name": {"en": college.name.en, "fr": college.name.fr},
            "address": [*address.lines, f"{address.city} {address.province}  {address.postal_code}"],
            "tax_number": college.tax_number,
            "email": college.addresses.info,
            "website": college.website.in_(language),
        },
        "lines": [
            {
                "description": line.description_fr if language == "fr" else line.description_en,
                "amount": _written(line.amount_cents, invoice, language),
                "tax": _written(line.tax_cents, invoice, language),
            }
            for line in invoice.lines
        ],
        "subtotal": written(invoice.subtotal, language),
        "taxes": [
            {
                "name": tax.name_fr if language == "fr" else tax.name_en,
                "rate": written_rate(tax.rate_basis_points, language),
                "amount": _written(tax.amount_cents, invoice, language),
            }
            for tax in invoice.taxes
        ],
        "total": written(invoice.total, language),
        "currency": invoice.currency,
        "currency_name": currency_name(invoice.currency, language),
    }


def _payer(invoice: Invoice) -> dict[str, str]:
    return {"name": invoice.bill_to, "account_reference": invoice.application_reference or "—"}


def _written(cents: int, invoice: Invoice, language: str) -> str:
    return written(Money(cents, invoice.currency), language)


def written_rate(basis_points: int, language: str) -> str:
    """Writes a rate the way the person's language does: `13%`, `13 %`."""
    rate = format_decimal(Decimal(basis_points) / 100, format="0.##", locale=LOCALES[language])
    return PERCENT.in_(language).format(rate)
