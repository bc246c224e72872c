"""Notices of the payment provider that are no payment to be recorded, as staff see them: refunds, disputes, what cannot be read."""

from datetime import datetime
from uuid import UUID

from services.common.kernel.contract import Call
from services.common.kernel.errors import Conflict
from services.common.kernel.money import Money
from services.common.kernel.records import Record, of
from services.common.kernel.validation import fields, validate
from services.contracts import shapes
from services.contracts.roles import BILLING

NOTICE_ORDERS = ("newest", "oldest")


class PaymentNotice(Record):
    """A notice: what it is about as far as it can be read, why a person must look (`flag`), and what was done.

    `state` is `noted` where nobody need look, else `open` or `resolved`. `said` is a copy of at most 4,000 signs without card data.
    """

    id: UUID
    type: str | None
    flag: str | None
    state: str
    received_at: datetime
    provider_payment_id: str | None
    provider_checkout_id: str | None
    reference: str | None
    invoice_number: str | None
    payment_id: UUID | None
    amount: Money | None
    said: str | None
    resolved_note: str | None
    resolved_at: datetime | None
    resolved_by: UUID | None


class ListPaymentNotices(Call):
    """Lists the provider's notices that are no payments, `unresolved` ones alone if asked; that they were looked at is in the trail (B8)."""

    access = BILLING

    class Request(Record):
        """The filter, the order (newest first unless asked) and the page."""

        unresolved: bool = False
        order: str = of(fields.String(validate=validate.OneOf(NOTICE_ORDERS)), default="newest")
        cursor: str | None = of(shapes.cursor(), default=None)
        limit: int = of(shapes.limit(), default=20)

    class Reply(Record):
        """The page."""

        notices: list[PaymentNotice]
        next_cursor: str | None


class ResolvePaymentNotice(Call):
    """Marks a flagged notice as dealt with, with a note of what was done."""

    access = BILLING
    others_only = True
    errors = (Conflict,)

    class Request(Record):
        """Which, and what was done."""

        notice_id: UUID
        note: str = of(shapes.long())

    Reply = PaymentNotice
