"""Notices of the payment provider that are no payment to be recorded, as staff see them: refunds, disputes, what cannot be read."""

from services.common.kernel.contract import Call
from services.common.kernel.errors import Conflict
from services.common.kernel.validation import MoneyField, Schema, fields, validate
from services.contracts import shapes
from services.contracts.roles import BILLING

NOTICE_ORDERS = ("newest", "oldest")


class PaymentNotice(Schema):
    """A notice: what it is about as far as it can be read, why a person must look (`flag`), and what was done.

    `state` is `noted` where nobody need look, else `open` or `resolved`. `said` is a copy of at most 4,000 signs without card data.
    """

    id = fields.UUID(required=True)
    type = fields.String(required=True, allow_none=True)
    flag = fields.String(required=True, allow_none=True)
    state = fields.String(required=True)
    received_at = shapes.instant(required=True)
    provider_payment_id = fields.String(required=True, allow_none=True)
    provider_checkout_id = fields.String(required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)
    invoice_number = fields.String(required=True, allow_none=True)
    payment_id = fields.UUID(required=True, allow_none=True)
    amount = MoneyField(required=True, allow_none=True)
    said = fields.String(required=True, allow_none=True)
    resolved_note = fields.String(required=True, allow_none=True)
    resolved_at = shapes.instant(required=True, allow_none=True)
    resolved_by = fields.UUID(required=True, allow_none=True)


class ListPaymentNotices(Call):
    """Lists the provider's notices that are no payments, `unresolved` ones alone if asked; that they were looked at is in the trail (B8)."""

    access = BILLING

    class Request(Schema):
        """The filter, the order (newest first unless asked) and the page."""

        unresolved = fields.Boolean(load_default=False)
        order = fields.String(load_default="newest", validate=validate.OneOf(NOTICE_ORDERS))
        cursor = shapes.cursor()
        limit = shapes.limit()

    class Reply(Schema):
        """The page."""

        notices = fields.List(fields.Nested(PaymentNotice), required=True)
        next_cursor = fields.String(required=True, allow_none=True)


class ResolvePaymentNotice(Call):
    """Marks a flagged notice as dealt with, with a note of what was done."""

    access = BILLING
    others_only = True
    errors = (Conflict,)

    class Request(Schema):
        """Which, and what was done."""

        notice_id = fields.UUID(required=True)
        note = shapes.long(required=True)

    Reply = PaymentNotice
