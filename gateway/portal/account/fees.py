"""Fees and receipts (F21, F22, F25): what is to be paid, what was paid, and the way to the hosted payment page."""

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from services.contracts.billing.invoices import GetInvoice, ListInvoices
from services.contracts.billing.payments import InvoiceNotOpen, ProviderUnavailable, StartCheckout
from services.contracts.billing.words import state_of


def all_invoices(context: Context) -> Response:
    """Lists the caller's invoices with their receipts, newest first."""
    found = context.ask(ListInvoices, cursor=context.request.query.get("cursor"))
    return render(context, "account/invoices.html", found=found, state_of=state_of)


def invoice(context: Context) -> Response:
    """Shows one invoice; raises NotFound."""
    found = context.ask(GetInvoice, number=context.path["number"][:40])
    return render(context, "account/invoice.html", invoice=found, state_of=state_of)


def pay(context: Context) -> Response:
    """Opens the hosted payment page for an invoice and shows the way there; card data never reach us."""
    number = context.path["number"][:40]

    def show(form: Form) -> Response:
        found = context.ask(GetInvoice, number=number)
        return render(context, "account/invoice.html", invoice=found, state_of=state_of, form=form)

    def send(form: Form) -> Response:
        checkout = context.ask(StartCheckout, key=form.key({"number": number}), number=number)
        return render(context, "account/pay.html", number=number, pay_url=checkout.pay_url)

    if context.request.method in ("GET", "HEAD"):
        return redirect(f"/fees/{number}")
    return handle(context, {}, show, send, refusals={InvoiceNotOpen: "", ProviderUnavailable: ""})
