"""Payments: all or those that need a person, what is paid but not final, and telling registry again (B1)."""

from collections.abc import Mapping
from typing import Any

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.rpc import ask, together
from gateway.portal.kit.texts import _, say
from gateway.portal.staff.kit import colleagues, lists
from gateway.portal.staff.kit.csv_files import all_pages, csv_file
from gateway.services import Edge
from services.common.kernel.errors import Conflict
from services.contracts.billing import (
    PAYMENT_ORDERS,
    ListPaymentNotices,
    ListPayments,
    ListUnfinished,
    ReplayFinalisation,
    ResolvePayment,
)
from services.contracts.billing.words import NOTICE_FLAGS, PAYMENT_FLAGS

PAGE = "/staff/payments"
_MOST_NOTICES = 5
COLUMNS = (_("Paid on"), _("Amount"), _("Invoice"), _("Receipt"), _("Means of payment"), _("What is wrong"), _("What was done"))


def payments(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows what else the provider told that needs a person, what is paid and not final, and the payments in an order."""
    chosen = _chosen(request)
    found, unfinished, told = together(
        edge,
        request,
        (ListPayments, {**_asked(chosen), "cursor": request.query.get("cursor")}),
        (ListUnfinished, {}),
        (ListPaymentNotices, {"unresolved": True, "order": "oldest", "limit": _MOST_NOTICES}),
    )
    return render(
        edge,
        request,
        "staff/payments.html",
        found=found,
        unfinished=unfinished["invoices"],
        chosen=chosen,
        looking=lists.form(chosen),
        orders=lists.named(PAYMENT_ORDERS),
        columns=COLUMNS,
        flags=PAYMENT_FLAGS,
        told=told,
        notice_flags=NOTICE_FLAGS,
        names=colleagues.named(edge, request, (one["resolved_by"] for one in found["payments"])),
    )


def as_csv(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Gives the same list as a file for a spreadsheet. Raises TooManyRows."""
    found = all_pages(edge, request, ListPayments, "payments", **_asked(_chosen(request)))
    return csv_file(edge, request, "payments", COLUMNS, (_row(one, request.language) for one in found))


def _row(one: dict[str, Any], language: str) -> list[Any]:
    paid_for = (one["invoice_number"] or one["reference"], one["receipt_number"])
    flag = say(language, PAYMENT_FLAGS[one["flag"]]) if one["flag"] else ""
    return [one["paid_at"], one["amount"].amount, *paid_for, one["method"], flag, one["resolved_note"]]


def _chosen(request: Request) -> dict[str, str]:
    return lists.chosen(request, flagged=("yes",), order=PAYMENT_ORDERS)


def _asked(chosen: Mapping[str, str]) -> dict[str, Any]:
    return {"flagged": "flagged" in chosen} | {name: chosen[name] for name in ("order",) if name in chosen}


def resolve(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Marks a flagged payment as dealt with, with a note of what was done."""

    def show(form: Form) -> Response:
        return render(edge, request, "staff/resolve.html", form=form)

    def send(form: Form) -> Response:
        ask(edge, request, ResolvePayment, payment_id=path["payment_id"], **form.gathered("note"))
        flash(edge, request, Said.PAYMENT_DEALT_WITH)
        return redirect(PAGE)

    return handle(edge, request, {"note": _("What was done")}, show, send, refusals={Conflict: "note"})


def replay(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Has registry told of a payment again; nothing is doubled if it was only slow."""
    try:
        ask(edge, request, ReplayFinalisation, number=path["number"][:40])
        flash(edge, request, Said.REGISTRY_TOLD)
    except Conflict:
        flash(edge, request, Said.NOT_WAITING)
    return redirect(PAGE)
