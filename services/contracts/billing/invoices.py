"""Invoices and receipts of the one who pays."""

from services.common.kernel.contract import Call
from services.common.kernel.validation import MoneyField, Schema, fields, validate
from services.contracts import shapes
from services.contracts.applications.shapes import Bilingual, StoredFile
from services.contracts.pages import FEES
from services.contracts.roles import PAYERS

INVOICE_STATES = ("open", "being_finalised", "finalised", "void")


class InvoiceLine(Schema):
    """One fee."""

    fee = fields.String(required=True)
    description = fields.Nested(Bilingual, required=True)
    amount = MoneyField(required=True)


class TaxLine(Schema):
    """One tax over the lines."""

    name = fields.Nested(Bilingual, required=True)
    rate_basis_points = fields.Integer(required=True)
    amount = MoneyField(required=True)


class Invoice(Schema):
    """An invoice as its payer sees it; `being_finalised` means paid, and the registration is on its way (B1)."""

    number = fields.String(required=True)
    account_id = fields.UUID(required=True)
    application_id = fields.UUID(required=True)
    state = fields.String(required=True, validate=validate.OneOf(INVOICE_STATES))
    issued_on = fields.Date(required=True)
    lines = fields.List(fields.Nested(InvoiceLine), required=True)
    taxes = fields.List(fields.Nested(TaxLine), required=True)
    subtotal = MoneyField(required=True)
    total = MoneyField(required=True)
    paid_at = shapes.instant(required=True, allow_none=True)
    receipt_number = fields.String(required=True, allow_none=True)


class ByNumber(Schema):
    number = shapes.short(40, required=True)


class _Pdf(ByNumber):
    language = shapes.language(load_default=None, allow_none=True)


class ListInvoices(Call):
    """Lists the caller's invoices with their receipts, newest first (F22, F25)."""

    access = PAYERS.delegable(FEES)
    read_only = True

    class Request(Schema):
        """The page."""

        cursor = shapes.cursor()
        limit = shapes.limit()

    class Reply(Schema):
        """The page."""

        invoices = fields.List(fields.Nested(Invoice), required=True)
        next_cursor = fields.String(required=True, allow_none=True)


class GetInvoice(Call):
    """Gives one of the caller's invoices."""

    access = PAYERS.delegable(FEES)
    read_only = True
    Request = ByNumber
    Reply = Invoice


class ReadInvoice(Call):
    """Tells the gateway where an invoice's PDF is stored, in the caller's language unless another is asked."""

    access = PAYERS.delegable(FEES)
    Request = _Pdf
    Reply = StoredFile


class ReadReceipt(Call):
    """Tells the gateway where the PDF of a receipt is stored, by receipt number."""

    access = PAYERS.delegable(FEES)
    Request = _Pdf
    Reply = StoredFile
