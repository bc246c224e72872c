"""Invoices as staff see them: all that were issued, and those that are paid while that has had no effect yet."""

from datetime import date, datetime

from services.common.kernel.contract import Call
from services.common.kernel.errors import Conflict
from services.common.kernel.money import Money
from services.common.kernel.records import Period, Record, of
from services.common.kernel.typed_text.fields import Code, Day
from services.common.kernel.validation import fields, validate
from services.contracts import shapes
from services.contracts.billing.invoices import INVOICE_STATES, ByNumber, Invoice
from services.contracts.billing.payments import Payment
from services.contracts.roles import BILLING

INVOICE_ORDERS = ("newest", "oldest", "name", "total")


class IssuedInvoice(Invoice):
    """An invoice as staff see it."""

    bill_to: str
    application_reference: str | None
    category: str | None


class IssuedInvoiceInFull(IssuedInvoice):
    """An invoice with all that was paid on it, also what did not settle it."""

    payments: list[Payment]


class StateSum(Record):
    """How many invoices are in a state, and what they come to."""

    state: str
    count: int
    total: Money


class ListIssuedInvoices(Call):
    """Lists invoices for staff, filtered, by day of issue, name or total; that they were looked at is in the audit trail (B8)."""

    access = BILLING

    class Request(Period):
        """Filters, the order (newest first unless asked, by `total` the largest first) and the page.

        `name` is any part of the payer's name, `number` that of an invoice, receipt or application; `since` and `until` are the first
        and last day of issue. `sums` asks for the sums of all that is found.
        """

        state: str | None = of(fields.String(validate=validate.OneOf(INVOICE_STATES)), default=None)
        purpose: str | None = of(Code(validate=validate.Length(min=1, max=100)), default=None)
        fee: str | None = of(Code(validate=validate.Length(min=1, max=100)), default=None)
        name: str | None = of(shapes.search(), default=None)
        number: str | None = of(shapes.search(40), default=None)
        since: date | None = of(Day(), default=None)
        until: date | None = of(Day(), default=None)
        order: str = of(fields.String(validate=validate.OneOf(INVOICE_ORDERS)), default="newest")
        sums: bool = False
        cursor: str | None = of(shapes.cursor(), default=None)
        limit: int = of(shapes.limit(), default=20)

    class Reply(Record):
        """The page, and the sums of all that the filters find in whatever state."""

        invoices: list[IssuedInvoice]
        next_cursor: str | None
        sums: list[StateSum]


class GetIssuedInvoice(Call):
    """Gives staff an invoice with all that was paid on it; that it was looked at is in the audit trail (B8)."""

    access = BILLING
    Request = ByNumber
    Reply = IssuedInvoiceInFull


class UnfinishedInvoice(Invoice):
    """A paid invoice without what that brings about: how often its owner was told again, and when it will be next."""

    replays: int = 0
    next_replay_at: datetime | None = None


class ListUnfinished(Call):
    """Lists invoices that are paid and had no effect yet, the registration not final for example; oldest first (B1)."""

    access = BILLING
    read_only = True

    class Reply(Record):
        """The invoices."""

        invoices: list[UnfinishedInvoice]


class ReplayFinalisation(Call):
    """Announces a payment again that had no effect yet; nothing is doubled if it was only slow (B1)."""

    access = BILLING
    others_only = True
    errors = (Conflict,)
    Request = ByNumber
    Reply = Invoice
