"""Invoices and receipts of the one who pays."""

from datetime import date, datetime
from uuid import UUID

from services.common.kernel.contract import Call
from services.common.kernel.money import Money
from services.common.kernel.records import Record, of
from services.common.kernel.validation import fields, validate
from services.contracts import shapes
from services.contracts.applications.shapes import Bilingual, StoredFile
from services.contracts.billing.purposes import Purposeful
from services.contracts.pages import FEES
from services.contracts.roles import PAYERS

INVOICE_STATES = ("open", "being_finalised", "finalised", "void")


class InvoiceLine(Record):
    """One fee."""

    fee: str
    description: Bilingual
    amount: Money


class TaxLine(Record):
    """One tax over the lines."""

    name: Bilingual
    rate_basis_points: int
    amount: Money


class Invoice(Purposeful):
    """An invoice as its payer sees it; `being_finalised` means paid, and what that brings about is on its way (B1)."""

    number: str
    account_id: UUID
    application_id: UUID | None
    purpose_words: Bilingual | None = None
    state: str = of(fields.String(validate=validate.OneOf(INVOICE_STATES)))
    issued_on: date
    due_on: date | None = None
    lines: list[InvoiceLine]
    taxes: list[TaxLine]
    subtotal: Money
    total: Money
    left_to_pay: Money | None = None
    paid_at: datetime | None
    receipt_number: str | None


class ByNumber(Record):
    """An invoice or a receipt, by its number."""

    number: str = of(shapes.short(40))


class Pdf(ByNumber):
    """The same, and in which language."""

    language: str | None = of(shapes.language(), default=None)


class ListInvoices(Call):
    """Lists the caller's invoices with their receipts, newest first (F22, F25)."""

    access = PAYERS.delegable(FEES)
    read_only = True

    class Request(Record):
        """The page."""

        cursor: str | None = of(shapes.cursor(), default=None)
        limit: int = of(shapes.limit(), default=20)

    class Reply(Record):
        """The page."""

        invoices: list[Invoice]
        next_cursor: str | None


class GetInvoice(Call):
    """Gives one of the caller's invoices."""

    access = PAYERS.delegable(FEES)
    read_only = True
    Request = ByNumber
    Reply = Invoice


class ReadInvoice(Call):
    """Tells the gateway where an invoice's PDF is stored, in the caller's language unless another is asked."""

    access = PAYERS.delegable(FEES)
    Request = Pdf
    Reply = StoredFile


class ReadReceipt(Call):
    """Tells the gateway where the PDF of a receipt is stored, by receipt number."""

    access = PAYERS.delegable(FEES)
    Request = Pdf
    Reply = StoredFile
