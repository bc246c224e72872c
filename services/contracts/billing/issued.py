"""Invoices as staff see them: all that were issued, and those that are paid while the registration is not final."""

from services.common.kernel.contract import Call
from services.common.kernel.errors import Conflict
from services.common.kernel.typed_text.fields import Day
from services.common.kernel.validation import MoneyField, Period, Schema, fields, validate
from services.contracts import shapes
from services.contracts.billing.invoices import INVOICE_STATES, ByNumber, Invoice
from services.contracts.billing.payments import Payment
from services.contracts.roles import BILLING

INVOICE_ORDERS = ("newest", "oldest", "name", "total")


class IssuedInvoice(Invoice):
    """An invoice as staff see it."""

    bill_to = fields.String(required=True)
    application_reference = fields.String(required=True)
    category = fields.String(required=True)


class IssuedInvoiceInFull(IssuedInvoice):
    """An invoice with all that was paid on it, also what did not settle it."""

    payments = fields.List(fields.Nested(Payment), required=True)


class StateSum(Schema):
    """How many invoices are in a state, and what they come to."""

    state = fields.String(required=True)
    count = fields.Integer(required=True)
    total = MoneyField(required=True)


class ListIssuedInvoices(Call):
    """Lists invoices for staff, filtered, by day of issue, name or total; that they were looked at is in the audit trail (B8)."""

    access = BILLING

    class Request(Period):
        """Filters, the order (newest first unless asked, by `total` the largest first) and the page.

        `name` is any part of the payer's name, `number` that of an invoice, receipt or application; `since` and `until` are the first
        and last day of issue. `sums` asks for the sums of all that is found.
        """

        state = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(INVOICE_STATES))
        fee = shapes.short(100, load_default=None, allow_none=True)
        name = shapes.search()
        number = shapes.search(40)
        since = Day(load_default=None, allow_none=True)
        until = Day(load_default=None, allow_none=True)
        order = fields.String(load_default="newest", validate=validate.OneOf(INVOICE_ORDERS))
        sums = fields.Boolean(load_default=False)
        cursor = shapes.cursor()
        limit = shapes.limit()

    class Reply(Schema):
        """The page, and the sums of all that the filters find in whatever state."""

        invoices = fields.List(fields.Nested(IssuedInvoice), required=True)
        next_cursor = fields.String(required=True, allow_none=True)
        sums = fields.List(fields.Nested(StateSum), required=True)


class GetIssuedInvoice(Call):
    """Gives staff an invoice with all that was paid on it; that it was looked at is in the audit trail (B8)."""

    access = BILLING
    Request = ByNumber
    Reply = IssuedInvoiceInFull


class UnfinishedInvoice(Invoice):
    """A paid invoice without a registration: how often registry was told again, and when it will be next."""

    replays = fields.Integer(load_default=0)
    next_replay_at = shapes.instant(load_default=None, allow_none=True)


class ListUnfinished(Call):
    """Lists invoices that are paid while the registration is not final yet, oldest first (B1)."""

    access = BILLING
    read_only = True

    class Reply(Schema):
        """The invoices."""

        invoices = fields.List(fields.Nested(UnfinishedInvoice), required=True)


class ReplayFinalisation(Call):
    """Announces a payment again, for a registration that is paid but not final; nothing is doubled if it was only slow (B1)."""

    access = BILLING
    others_only = True
    errors = (Conflict,)
    Request = ByNumber
    Reply = Invoice
