"""Payments: all or those that need a person, what is paid but not final, and telling registry again (B1)."""

from collections.abc import Mapping
from typing import Any

from gateway.context import Context
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.texts import _, say
from gateway.portal.staff.kit import colleagues, lists
from gateway.portal.staff.kit.csv_files import all_pages, csv_file
from services.common.kernel.errors import Conflict
from services.contracts.billing.issued import ListUnfinished, ReplayFinalisation
from services.contracts.billing.notices import ListPaymentNotices
from services.contracts.billing.payments import PAYMENT_ORDERS, ListPayments, Payment, ResolvePayment
from services.contracts.billing.words import NOTICE_FLAGS, PAYMENT_FLAGS

PAGE = "/staff/payments"
_MOST_NOTICES = 5
COLUMNS = (_("Paid on"), _("Amount"), _("Invoice"), _("Receipt"), _("Means of payment"), _("What is wrong"), _("What was done"))


def payments(context: Context) -> Response:
    """Shows what else the provider told that needs a person, what is paid and not final, and the payments in an order."""
    chosen = _chosen(context.request)
    with context.round() as asked:
        found = asked.ask(ListPayments, **_asked(chosen), cursor=context.request.query.get("cursor"))
        unfinished = asked.ask(ListUnfinished)
        told = asked.ask(ListPaymentNotices, unresolved=True, order="oldest", limit=_MOST_NOTICES)
    return render(
        context,
        "staff/payments.html",
        found=found.reply,
        unfinished=unfinished.reply.invoices,
        chosen=chosen,
        looking=lists.form(chosen),
        orders=lists.named(PAYMENT_ORDERS),
        flags=PAYMENT_FLAGS,
        told=told.reply,
        notice_flags=NOTICE_FLAGS,
        names=colleagues.named(context, (payment.resolved_by for payment in found.reply.payments)),
    )


def as_csv(context: Context) -> Response:
    """Gives the same list as a file for a spreadsheet. Raises TooManyRows."""
    found = all_pages(context, ListPayments, lambda page: page.payments, **_asked(_chosen(context.request)))
    return csv_file(context, "payments", COLUMNS, (_row(payment, context.language) for payment in found))


def _row(payment: Payment, language: str) -> list[Any]:
    paid_for = (payment.invoice_number or payment.reference, payment.receipt_number)
    flag = say(language, PAYMENT_FLAGS[payment.flag]) if payment.flag else ""
    return [payment.paid_at, payment.amount.amount, *paid_for, payment.method, flag, payment.resolved_note]


def _chosen(request: Request) -> dict[str, str]:
    return lists.chosen(request, flagged=("yes",), order=PAYMENT_ORDERS)


def _asked(chosen: Mapping[str, str]) -> dict[str, Any]:
    return {"flagged": "flagged" in chosen} | {name: chosen[name] for name in ("order",) if name in chosen}


def resolve(context: Context) -> Response:
    """Marks a flagged payment as dealt with, with a note of what was done."""

    def show(form: Form) -> Response:
        return render(context, "staff/resolve.html", form=form)

    def send(form: Form) -> Response:
        context.ask(ResolvePayment, payment_id=context.path["payment_id"], **form.gathered("note"))
        flash(context, Said.PAYMENT_DEALT_WITH)
        return redirect(PAGE)

    return handle(context, {"note": _("What was done")}, show, send, refusals={Conflict: "note"})


def replay(context: Context) -> Response:
    """Has registry told of a payment again; nothing is doubled if it was only slow."""
    try:
        context.ask(ReplayFinalisation, number=context.path["number"][:40])
        flash(context, Said.REGISTRY_TOLD)
    except Conflict:
        flash(context, Said.NOT_WAITING)
    return redirect(PAGE)
