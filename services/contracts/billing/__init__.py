"""What billing answers and announces: invoices, hosted payment, receipts."""

from services.common.duties.audit_calls import audit_calls
from services.common.duties.dead_letter_calls import dead_letter_calls
from services.common.duties.personal_data_calls import personal_data_calls
from services.common.duties.retention_calls import retention_calls
from services.common.kernel.access import SIGNED_IN
from services.contracts.billing.events import (
    FinalisationReplayed,
    InvoiceIssued,
    PaymentFlagged,
    PaymentReceived,
)
from services.contracts.billing.invoices import (
    INVOICE_STATES,
    GetInvoice,
    Invoice,
    InvoiceLine,
    ListInvoices,
    ReadInvoice,
    ReadReceipt,
    TaxLine,
)
from services.contracts.billing.issued import (
    INVOICE_ORDERS,
    GetIssuedInvoice,
    IssuedInvoice,
    IssuedInvoiceInFull,
    ListIssuedInvoices,
    ListUnfinished,
    ReplayFinalisation,
    StateSum,
    UnfinishedInvoice,
)
from services.contracts.billing.notices import (
    NOTICE_ORDERS,
    ListPaymentNotices,
    PaymentNotice,
    ResolvePaymentNotice,
)
from services.contracts.billing.payments import (
    PAYMENT_ORDERS,
    InvoiceNotOpen,
    ListPayments,
    NoticeNotGenuine,
    Payment,
    ProviderUnavailable,
    RecordPayment,
    ResolvePayment,
    StartCheckout,
)
from services.contracts.roles import AUDITORS, DATA_READERS, OPERATORS

__all__ = [
    "INVOICE_ORDERS",
    "INVOICE_STATES",
    "NOTICE_ORDERS",
    "PAYMENT_ORDERS",
    "FinalisationReplayed",
    "GetInvoice",
    "GetIssuedInvoice",
    "Invoice",
    "InvoiceIssued",
    "InvoiceLine",
    "InvoiceNotOpen",
    "IssuedInvoice",
    "IssuedInvoiceInFull",
    "ListInvoices",
    "ListIssuedInvoices",
    "ListPaymentNotices",
    "ListPayments",
    "ListUnfinished",
    "NoticeNotGenuine",
    "Payment",
    "PaymentFlagged",
    "PaymentNotice",
    "PaymentReceived",
    "ProviderUnavailable",
    "ReadInvoice",
    "ReadReceipt",
    "RecordPayment",
    "ReplayFinalisation",
    "ResolvePayment",
    "ResolvePaymentNotice",
    "StartCheckout",
    "StateSum",
    "TaxLine",
    "UnfinishedInvoice",
    "audit",
    "dead_letters",
    "personal_data",
    "retention",
]

dead_letters = dead_letter_calls(__name__, OPERATORS, DATA_READERS)
audit = audit_calls(__name__, AUDITORS)
personal_data = personal_data_calls(__name__, SIGNED_IN, AUDITORS)
retention = retention_calls(__name__, AUDITORS)
