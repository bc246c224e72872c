"""The invoices: looked for by state, fee, person, number and day, in an order, also as CSV; and each with what was paid on it."""

import re
from collections.abc import Mapping
from typing import Any

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from gateway.portal.kit.rpc import ask
from gateway.portal.kit.texts import _, say
from gateway.portal.staff.kit import colleagues, lists
from gateway.portal.staff.kit.csv_files import all_pages, csv_file
from gateway.services import Edge
from services.common.kernel.errors import Invalid
from services.contracts.billing import INVOICE_ORDERS, INVOICE_STATES, GetIssuedInvoice, ListIssuedInvoices, words

LABELS = {
    "text": _("Name or number"),
    "state": _("State"),
    "fee": _("Fee"),
    "since": _("Issued from (day)"),
    "until": _("Issued to (day)"),
    "order": lists.ORDER,
}
COLUMNS = (_("Invoice"), _("Billed to"), _("Application"), _("Fee"), _("Issued on"), _("State"), _("Total"))
MORE_COLUMNS = (_("Before tax"), _("Currency"), _("Paid on"), _("Receipt"))
_DIGIT = re.compile(r"\d")
_LONGEST_NUMBER, _LONGEST_NAME = 40, 100


def invoices(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows the invoices that are looked for, with how many there are in each state and what they come to."""
    chosen = _chosen(edge, request)
    form = lists.form(chosen, LABELS)
    found: dict[str, Any] | None = None
    try:
        found = ask(edge, request, ListIssuedInvoices, **_asked(chosen), sums=True, cursor=request.query.get("cursor"))
    except Invalid as error:
        form.blame(error, request.language)
    return render(
        edge,
        request,
        "staff/invoices.html",
        422 if form.faults else 200,
        found=found,
        chosen=chosen,
        looking=form,
        states=words.INVOICE_STATES,
        orders=lists.named(INVOICE_ORDERS),
        columns=COLUMNS,
    )


def as_csv(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Gives the same list as a file for a spreadsheet. Raises Invalid for a day that is none, TooManyRows."""
    found = all_pages(edge, request, ListIssuedInvoices, "invoices", **_asked(_chosen(edge, request)))
    return csv_file(edge, request, "invoices", (*COLUMNS, *MORE_COLUMNS), (_row(one, request.language) for one in found))


def invoice(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Shows one with all that was paid on it, and the way to the application and the register; raises NotFound."""
    found = ask(edge, request, GetIssuedInvoice, number=path["number"][:_LONGEST_NUMBER])
    return render(
        edge,
        request,
        "staff/invoice.html",
        invoice=found,
        states=words.INVOICE_STATES,
        flags=words.PAYMENT_FLAGS,
        names=colleagues.named(edge, request, (one["resolved_by"] for one in found["payments"])),
    )


def _row(one: dict[str, Any], language: str) -> list[Any]:
    return [
        one["number"],
        one["bill_to"],
        one["application_reference"],
        "; ".join(line["description"][language] for line in one["lines"]),
        one["issued_on"].isoformat(),
        say(language, words.INVOICE_STATES[one["state"]]),
        one["total"].amount,
        one["subtotal"].amount,
        one["total"].currency,
        one["paid_at"],
        one["receipt_number"],
    ]


def _chosen(edge: Edge, request: Request) -> dict[str, str]:
    fees = edge.college.fees.codes
    return lists.chosen(request, "text", "since", "until", state=INVOICE_STATES, fee=fees, order=INVOICE_ORDERS)


def _asked(chosen: Mapping[str, str]) -> dict[str, Any]:
    # No name has a digit, and every number has.
    asked: dict[str, Any] = {name: text for name, text in chosen.items() if name != "text"}
    if text := chosen.get("text"):
        asked |= {"number": text[:_LONGEST_NUMBER]} if _DIGIT.search(text) else {"name": text[:_LONGEST_NAME]}
    return asked
