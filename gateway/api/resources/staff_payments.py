"""The staff's work on invoices and payments: all of them, what was flagged, what the provider told besides, what is paid but not final."""

from gateway.api.routing import Route
from services.contracts import billing

ROUTES = (
    Route("GET", "/staff/invoices", billing.ListIssuedInvoices),
    Route("GET", "/staff/invoices/{number}", billing.GetIssuedInvoice),
    Route("GET", "/staff/payments", billing.ListPayments),
    Route("POST", "/staff/payments/{payment_id}/resolve", billing.ResolvePayment),
    Route("GET", "/staff/payment-notices", billing.ListPaymentNotices),
    Route("POST", "/staff/payment-notices/{notice_id}/resolve", billing.ResolvePaymentNotice),
    Route("GET", "/staff/unfinished", billing.ListUnfinished),
    Route("POST", "/staff/invoices/{number}/replay", billing.ReplayFinalisation),
)
