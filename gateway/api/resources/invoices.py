"""Invoices and receipts of the person signed in."""

from gateway.api.routing import Kind, Route
from services.contracts import billing

ROUTES = (
    Route("GET", "/invoices", billing.ListInvoices),
    Route("GET", "/invoices/{number}", billing.GetInvoice),
    Route("GET", "/invoices/{number}/pdf", billing.ReadInvoice, kind=Kind.DOWNLOAD),
    Route("POST", "/invoices/{number}/checkout", billing.StartCheckout, status=201),
    Route("GET", "/receipts/{number}/pdf", billing.ReadReceipt, kind=Kind.DOWNLOAD),
)
