"""Invoices and receipts of the person signed in."""

from gateway.api.routing import Kind, Route
from services.contracts import billing

ROUTES = (
    Route("GET", "/invoices", billing.invoices.ListInvoices),
    Route("GET", "/invoices/{number}", billing.invoices.GetInvoice),
    Route("GET", "/invoices/{number}/pdf", billing.invoices.ReadInvoice, kind=Kind.DOWNLOAD),
    Route("POST", "/invoices/{number}/checkout", billing.payments.StartCheckout, status=201),
    Route("GET", "/receipts/{number}/pdf", billing.invoices.ReadReceipt, kind=Kind.DOWNLOAD),
)
