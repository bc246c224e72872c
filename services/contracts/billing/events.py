"""What billing announces."""

from services.common.kernel.contract import Event
from services.common.kernel.validation import MoneyField, Schema, fields
from services.contracts import shapes
from services.contracts.terms import stated_terms


class InvoiceIssued(Event):
    """An invoice is ready to be paid."""

    listeners = ("correspondence", "applications")

    class Data(Schema):
        """The invoice."""

        invoice_number = fields.String(required=True)
        account_id = fields.UUID(required=True)
        application_id = fields.UUID(required=True)
        category = fields.String(required=True)
        terms = stated_terms()
        conditions = fields.List(fields.String(), required=True)  # as an earlier release reads them
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
    """Money came that fits no open invoice as it is: a person must look, and whose invoice it names is told so."""

    listeners = ("correspondence",)

    class Data(Schema):
        """The payment and what is wrong; whose it is and for which invoice, where the reference names one."""

        payment_id = fields.UUID(required=True)
        reference = fields.String(required=True)
        amount = MoneyField(required=True)
        flag = fields.String(required=True)
        account_id = fields.UUID(load_default=None, allow_none=True)
        invoice_number = fields.String(load_default=None, allow_none=True)
        paid_at = shapes.instant(load_default=None, allow_none=True)
