"""The staff's work on invoices and payments: all of them, what was flagged, what the provider told besides, what is paid but not final."""

from gateway.api.routing import Route
from services.contracts import billing

ROUTES = (
    Route("GET", "/staff/invoices", billing.issued.ListIssuedInvoices),
    Route("GET", "/staff/invoices/{number}", billing.issued.GetIssuedInvoice),
    Route("GET", "/staff/payments", billing.payments.ListPayments),
    Route("POST", "/staff/payments/{payment_id}/resolve", billing.payments.ResolvePayment),
    Route("GET", "/staff/payment-notices", billing.notices.ListPaymentNotices),
    Route("POST", "/staff/payment-notices/{notice_id}/resolve", billing.notices.ResolvePaymentNotice),
    Route("GET", "/staff/unfinished", billing.issued.ListUnfinished),
    Route("POST", "/staff/invoices/{number}/replay", billing.issued.ReplayFinalisation),
)
