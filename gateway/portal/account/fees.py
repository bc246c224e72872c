"""Fees and receipts (F21, F22, F25): what is to be paid, what was paid, and the way to the hosted payment page."""

from collections.abc import Mapping

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.rpc import ask
from gateway.services import Edge
from services.contracts.billing import GetInvoice, InvoiceNotOpen, ListInvoices, ProviderUnavailable, StartCheckout
from services.contracts.billing.words import INVOICE_STATES


def all_invoices(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Lists the caller's invoices with their receipts, newest first."""
    found = ask(edge, request, ListInvoices, cursor=request.query.get("cursor"))
    return render(edge, request, "account/invoices.html", found=found, states=INVOICE_STATES)


def invoice(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Shows one invoice; raises NotFound."""
    found = ask(edge, request, GetInvoice, number=path["number"][:40])
    return render(edge, request, "account/invoice.html", invoice=found, states=INVOICE_STATES)


def pay(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Opens the hosted payment page for an invoice and shows the way there; card data never reach us."""
    number = path["number"][:40]

    def show(form: Form) -> Response:
        found = ask(edge, request, GetInvoice, number=number)
        return render(edge, request, "account/invoice.html", invoice=found, states=INVOICE_STATES, form=form)

    def send(form: Form) -> Response:
        checkout = ask(edge, request, StartCheckout, key=form.key({"number": number}), number=number)
        return render(edge, request, "account/pay.html", number=number, pay_url=checkout["pay_url"])

    if request.method in ("GET", "HEAD"):
        return redirect(f"/fees/{number}")
    return handle(edge, request, {}, show, send, refusals={InvoiceNotOpen: "", ProviderUnavailable: ""})
