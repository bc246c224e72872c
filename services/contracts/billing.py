"""What billing answers and announces: invoices, hosted payment, receipts."""

from services.common.access import ANYONE, SIGNED_IN
from services.common.audit_calls import audit_calls
from services.common.contract import Call, Event
from services.common.dead_letter_calls import dead_letter_calls
from services.common.errors import Conflict, ServiceError
from services.common.personal_data_calls import personal_data_calls
from services.common.text import Text
from services.common.validation import MoneyField, Schema, fields, validate
from services.contracts import shapes
from services.contracts.applications.shapes import Bilingual, StoredFile
from services.contracts.pages import FEES
from services.contracts.roles import AUDITORS, BILLING, DATA_READERS, OPERATORS, PAYERS

INVOICE_STATES = ("open", "being_finalised", "finalised", "void")


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


class _ByNumber(Schema):
    number = shapes.short(40, required=True)


class _Pdf(_ByNumber):
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
    Request = _ByNumber
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


class StartCheckout(Call):
    """Opens the provider's hosted payment page for an invoice and gives its address; card data never reach us."""

    access = PAYERS.delegable(FEES)
    deadline_s = 12.0
    errors = (InvoiceNotOpen, ProviderUnavailable)
    Request = _ByNumber

    class Reply(Schema):
        """Where to send the payer."""

        pay_url = fields.Url(required=True, require_tld=False)


class RecordPayment(Call):
    """Records a payment from the provider's signed notice; the same payment told twice is recorded once.

    Genuine money is never turned away: a payment of a wrong amount, in another currency, for an unknown or already paid invoice is
    recorded and flagged for staff.
    """

    access = ANYONE  # the notice's signature is the proof, and it is checked here
    errors = (NoticeNotGenuine,)

    class Request(Schema):
        """The notice as it was received, byte for byte, and its signature header."""

        notice = fields.String(required=True, validate=validate.Length(min=2, max=65_536))
        signature = fields.String(required=True, validate=validate.Length(max=500))

    class Reply(Schema):
        """What became of it."""

        outcome = fields.String(required=True, validate=validate.OneOf(("recorded", "recorded_before", "flagged", "ignored")))


class Payment(Schema):
    """A payment as staff see it."""

    id = fields.UUID(required=True)
    provider_payment_id = fields.String(required=True)
    invoice_number = fields.String(required=True, allow_none=True)
    reference = fields.String(required=True)
    amount = MoneyField(required=True)
    paid_at = shapes.instant(required=True)
    method = fields.String(required=True, allow_none=True)
    flag = fields.String(required=True, allow_none=True)
    resolved_note = fields.String(required=True, allow_none=True)
    receipt_number = fields.String(required=True, allow_none=True)


class ListPayments(Call):
    """Lists payments for staff, newest first, `flagged` ones alone if asked; that they were looked at is in the audit trail (B8)."""

    access = BILLING

    class Request(Schema):
        """The filter and the page."""

        flagged = fields.Boolean(load_default=False)
        cursor = shapes.cursor()
        limit = shapes.limit()

    class Reply(Schema):
        """The page."""

        payments = fields.List(fields.Nested(Payment), required=True)
        next_cursor = fields.String(required=True, allow_none=True)


class ResolvePayment(Call):
    """Marks a flagged payment as dealt with, with a note of what was done."""

    access = BILLING
    errors = (Conflict,)

    class Request(Schema):
        """Which, and what was done."""

        payment_id = fields.UUID(required=True)
        note = shapes.long(required=True)

    Reply = Payment


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
    errors = (Conflict,)
    Request = _ByNumber
    Reply = Invoice


class InvoiceIssued(Event):
    """An invoice is ready to be paid."""

    listeners = ("correspondence", "applications")

    class Data(Schema):
        """The invoice."""

        invoice_number = fields.String(required=True)
        account_id = fields.UUID(required=True)
        application_id = fields.UUID(required=True)
        category = fields.String(required=True)
        conditions = fields.List(fields.String(), required=True)
        total = MoneyField(required=True)
        issued_on = fields.Date(required=True)


class PaymentReceived(Event):
    """An invoice was paid in full: registry finalises the registration (F23)."""

    listeners = ("registry", "applications", "correspondence")

    class Data(Schema):
        """The payment and what it was for."""

        payment_id = fields.UUID(required=True)
        invoice_number = fields.String(required=True)
        receipt_number = fields.String(required=True)
        account_id = fields.UUID(required=True)
        application_id = fields.UUID(required=True)
        amount = MoneyField(required=True)
        paid_at = shapes.instant(required=True)


class FinalisationReplayed(Event):
    """A payment whose registration did not become final in time is told to registry again; nobody is mailed twice (B1)."""

    listeners = ("registry",)
    Data = PaymentReceived.Data


class PaymentFlagged(Event):
    """Money came that fits no open invoice as it is: a person must look."""

    class Data(Schema):
        """The payment and what is wrong."""

        payment_id = fields.UUID(required=True)
        reference = fields.String(required=True)
        amount = MoneyField(required=True)
        flag = fields.String(required=True)


dead_letters = dead_letter_calls(__name__, OPERATORS, DATA_READERS)
audit = audit_calls(__name__, AUDITORS)
personal_data = personal_data_calls(__name__, SIGNED_IN, AUDITORS)
