"""The invoices: looked for by state, fee, person, number and day, in an order, also as CSV; and each with what was paid on it."""

import re
from collections.abc import Mapping
from typing import Any

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from gateway.portal.kit.texts import _, say
from gateway.portal.staff.kit import colleagues, lists
from gateway.portal.staff.kit.csv_files import all_pages, csv_file
from services.common.kernel.errors import Invalid
from services.contracts.billing import words
from services.contracts.billing.invoices import INVOICE_STATES
from services.contracts.billing.issued import INVOICE_ORDERS, GetIssuedInvoice, IssuedInvoice, ListIssuedInvoices

LABELS = {
    "text": _("Name or number"),
    "state": _("State"),
    "purpose": _("Purpose"),
    "fee": _("Fee"),
    "since": _("Issued from (day)"),
    "until": _("Issued to (day)"),
    "order": lists.ORDER,
}
COLUMNS = (_("Invoice"), _("Billed to"), _("Application"), _("Fee"), _("Issued on"), _("State"), _("Total"))
MORE_COLUMNS = (_("Before tax"), _("Currency"), _("Paid on"), _("Receipt"), _("Purpose"), _("Due on"))
_DIGIT = re.compile(r"\d")
_LONGEST_NUMBER, _LONGEST_NAME = 40, 100


def invoices(context: Context) -> Response:
    """Shows the invoices that are looked for, with how many there are in each state and what they come to."""
    chosen = _chosen(context)
    form = lists.form(chosen, LABELS)
    found: ListIssuedInvoices.Reply | None = None
    try:
        found = context.ask(ListIssuedInvoices, **_asked(chosen), sums=True, cursor=context.request.query.get("cursor"))
    except Invalid as error:
        form.blame(error, context.language)
    return render(
        context,
        "staff/invoices.html",
        422 if form.faults else 200,
        found=found,
        chosen=chosen,
        looking=form,
        states=words.INVOICE_STATES,
        state_of=words.state_of,
        orders=lists.named(INVOICE_ORDERS),
    )


def as_csv(context: Context) -> Response:
    """Gives the same list as a file for a spreadsheet. Raises Invalid for a day that is none, TooManyRows."""
    found = all_pages(context, ListIssuedInvoices, lambda page: page.invoices, **_asked(_chosen(context)))
    return csv_file(context, "invoices", (*COLUMNS, *MORE_COLUMNS), (_row(invoice, context.language) for invoice in found))


def invoice(context: Context) -> Response:
    """Shows one with all that was paid on it, and the way to the application and the register; raises NotFound."""
    found = context.ask(GetIssuedInvoice, number=context.path["number"][:_LONGEST_NUMBER])
    return render(
        context,
        "staff/invoice.html",
        invoice=found,
        state_of=words.state_of,
        flags=words.PAYMENT_FLAGS,
        names=colleagues.named(context, (payment.resolved_by for payment in found.payments)),
    )


def _row(invoice: IssuedInvoice, language: str) -> list[Any]:
    return [
        invoice.number,
        invoice.bill_to,
        invoice.application_reference,
        "; ".join(line.description.in_(language) for line in invoice.lines),
        invoice.issued_on.isoformat(),
        say(language, words.state_of(invoice.state, invoice.effect)),
        invoice.total.amount,
        invoice.subtotal.amount,
        invoice.total.currency,
        invoice.paid_at,
        invoice.receipt_number,
        invoice.purpose_words.in_(language) if invoice.purpose_words else invoice.purpose,
        invoice.due_on.isoformat() if invoice.due_on else None,
    ]


def _chosen(context: Context) -> dict[str, str]:
    given = {"state": INVOICE_STATES, "fee": context.college.fees.codes, "order": INVOICE_ORDERS}
    purposes = [purpose.code for purpose in context.college.charges.purposes]
    return lists.chosen(context.request, "text", "since", "until", purpose=purposes, **given)


def _asked(chosen: Mapping[str, str]) -> dict[str, Any]:
    # No name has a digit, and every number has.
    asked: dict[str, Any] = {name: text for name, text in chosen.items() if name != "text"}
    if text := chosen.get("text"):
        asked |= {"number": text[:_LONGEST_NUMBER]} if _DIGIT.search(text) else {"name": text[:_LONGEST_NAME]}
    return asked
