"""What billing announces."""

from datetime import date, datetime
from uuid import UUID

from services.common.kernel.contract import Event
from services.common.kernel.money import Money
from services.common.kernel.records import Record, of
from services.contracts.billing.purposes import Purposeful
from services.contracts.terms import StatedTerm, stated_terms


class InvoiceIssued(Event):
    """An invoice is ready to be paid."""

    listeners = ("correspondence", "applications")

    class Data(Purposeful):
        """The invoice; `category` is that of who applies or is registered."""

        invoice_number: str
        account_id: UUID
        application_id: UUID | None
        category: str | None
        terms: list[StatedTerm] | None = of(stated_terms(), default=None)
        conditions: list[str]  # as an earlier release reads them
        total: Money
        issued_on: date
        due_on: date | None = None


class PaymentReceived(Event):
    """An invoice was paid in full: whoever owns the effect of its purpose brings it about; registry finalises the registration (F23)."""

    listeners = ("registry", "applications", "correspondence")

    class Data(Purposeful):
        """The payment and what it was for."""

        payment_id: UUID
        invoice_number: str
        receipt_number: str
        account_id: UUID
        application_id: UUID | None
        amount: Money
        paid_at: datetime


class PartPaymentReceived(Event):
    """A part of an invoice was paid, which stays open with what is left; nothing comes of that yet but a receipt."""

    listeners = ("correspondence",)

    class Data(PaymentReceived.Data):
        """The payment, and what is left to pay."""

        left_to_pay: Money


class FinalisationReplayed(Event):
    """A payment that had no effect in time is told again to whoever brings it about; nobody is mailed twice (B1)."""

    listeners = ("registry", "applications")
    Data = PaymentReceived.Data


class PaymentFlagged(Event):
    """Money came that fits no open invoice as it is: a person must look, and whose invoice it names is told so."""

    listeners = ("correspondence",)

    class Data(Record):
        """The payment and what is wrong; whose it is and for which invoice, where the reference names one."""

        payment_id: UUID
        reference: str
        amount: Money
        flag: str
        account_id: UUID | None = None
        invoice_number: str | None = None
        paid_at: datetime | None = None
