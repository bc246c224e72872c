"""Paying on the provider's hosted page, and payments as staff see them."""

from datetime import datetime
from uuid import UUID

from services.common.kernel.access import ANYONE
from services.common.kernel.contract import Call
from services.common.kernel.errors import Conflict, ServiceError
from services.common.kernel.money import Money
from services.common.kernel.records import Record, of
from services.common.kernel.text import Text
from services.common.kernel.typed_text.fields import Code
from services.common.kernel.validation import fields, validate
from services.contracts import shapes
from services.contracts.billing.invoices import ByNumber
from services.contracts.pages import FEES
from services.contracts.roles import BILLING, PAYERS

PAYMENT_ORDERS = ("newest", "oldest", "amount")
LARGEST_NOTICE = 262_144  # bytes; a notice is a few hundred, and one that is refused for its size reaches nobody
# What is no text that the bus carries comes as base64: its signature can be checked all the same.
NOTICE_ENCODINGS = ("utf-8", "base64")


class InvoiceNotOpen(Conflict):
    """The invoice is paid or void: nothing is to be paid on it."""

    code = "invoice_not_open"
    title = Text("This invoice is not open.", "Cette facture n’est pas à payer.")
    detail = Text(
        "It is paid or was cancelled: you need not do anything.", "Elle est payée ou annulée : vous n’avez rien à faire."
    )


class ProviderUnavailable(ServiceError):
    """The payment provider does not answer; nothing was charged."""

    code = "payment_provider_unavailable"
    status = 503
    title = Text("Payment is not possible at the moment.", "Le paiement n’est pas possible en ce moment.")
    detail = Text(
        "Nothing was charged. Please try again in a minute.", "Rien n’a été débité. Veuillez réessayer dans une minute."
    )


class NoticeNotGenuine(ServiceError):
    """A payment notice has no signature, a wrong one, or one that is too old (a replay)."""

    code = "notice_not_genuine"
    status = 400
    title = Text("This notice is not from the payment provider.", "Cet avis ne provient pas du fournisseur de paiement.")
    detail = Text("Its signature does not fit, or it is too old.", "Sa signature ne correspond pas, ou il est trop ancien.")


class Payment(Record):
    """A payment as staff see it; `unapplied` is what of it is applied to no invoice."""

    id: UUID
    provider_payment_id: str
    invoice_number: str | None
    reference: str
    amount: Money
    unapplied: Money | None = None
    paid_at: datetime
    method: str | None
    flag: str | None
    resolved_note: str | None
    resolved_by: UUID | None = None
    receipt_number: str | None


class StartCheckout(Call):
    """Opens the provider's hosted payment page for an invoice and gives its address; card data never reach us."""

    access = PAYERS.delegable(FEES)
    deadline_s = 12.0
    errors = (InvoiceNotOpen, ProviderUnavailable)
    Request = ByNumber

    class Reply(Record):
        """Where to send the payer."""

        pay_url: str = of(fields.Url(require_tld=False))


class RecordPayment(Call):
    """Records a payment from the provider's signed notice; the same payment told twice is recorded once.

    Genuine money is never turned away: a payment of a wrong amount, in another currency, for an unknown or already paid invoice is
    recorded and flagged for staff. So is every other genuine notice (a refund, a dispute, one of an unknown type, one that cannot be
    read) unless it changes nothing that was paid: that one is `ignored`.
    """

    access = ANYONE  # the notice's signature is the proof, and it is checked here
    errors = (NoticeNotGenuine,)

    class Request(Record):
        """The notice as it was received, byte for byte by its `encoding`, and its signature header."""

        notice: str = of(Code(validate=validate.Length(max=LARGEST_NOTICE * 4 // 3 + 4)))
        encoding: str = of(fields.String(validate=validate.OneOf(NOTICE_ENCODINGS)), default="utf-8")
        signature: str = of(Code(validate=validate.Length(max=500)))

    class Reply(Record):
        """What became of it."""

        outcome: str = of(fields.String(validate=validate.OneOf(("recorded", "recorded_before", "flagged", "ignored"))))


class ListPayments(Call):
    """Lists payments for staff, `flagged` ones alone if asked; that they were looked at is in the audit trail (B8)."""

    access = BILLING

    class Request(Record):
        """The filter, the order (newest first unless asked, by `amount` the largest first) and the page."""

        flagged: bool = False
        order: str = of(fields.String(validate=validate.OneOf(PAYMENT_ORDERS)), default="newest")
        cursor: str | None = of(shapes.cursor(), default=None)
        limit: int = of(shapes.limit(), default=20)

    class Reply(Record):
        """The page."""

        payments: list[Payment]
        next_cursor: str | None


class ResolvePayment(Call):
    """Marks a flagged payment as dealt with, with a note of what was done."""

    access = BILLING
    others_only = True
    errors = (Conflict,)

    class Request(Record):
        """Which, and what was done."""

        payment_id: UUID
        note: str = of(shapes.long())

    Reply = Payment
