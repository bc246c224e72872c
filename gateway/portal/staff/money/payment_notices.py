"""What the payment provider told besides payments: refunds, disputes, what cannot be read; and saying what was done about it."""

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
from services.contracts.billing.notices import NOTICE_ORDERS, ListPaymentNotices, PaymentNotice, ResolvePaymentNotice
from services.contracts.billing.words import NOTICE_FLAGS

PAGE = "/staff/payment-notices"
COLUMNS = (
    _("Received"), _("Kind"), _("Payment at the provider"), _("Invoice"), _("Amount"), _("What is wrong"), _("What was done"),
)  # fmt: skip


def notices(context: Context) -> Response:
    """Lists the notices in an order."""
    chosen = _chosen(context.request)
    found = context.ask(ListPaymentNotices, **_asked(chosen), cursor=context.request.query.get("cursor"))
    return render(
        context,
        "staff/payment_notices.html",
        found=found,
        chosen=chosen,
        looking=lists.form(chosen),
        orders=lists.named(NOTICE_ORDERS),
        flags=NOTICE_FLAGS,
        names=colleagues.named(context, (notice.resolved_by for notice in found.notices)),
    )


def as_csv(context: Context) -> Response:
    """Gives the same list as a file for a spreadsheet. Raises TooManyRows."""
    found = all_pages(context, ListPaymentNotices, lambda page: page.notices, **_asked(_chosen(context.request)))
    return csv_file(context, "payment-notices", COLUMNS, (_row(notice, context.language) for notice in found))


def _row(notice: PaymentNotice, language: str) -> list[Any]:
    about = (
        notice.provider_payment_id,
        notice.invoice_number or notice.reference,
        notice.amount.amount if notice.amount else "",
    )
    flag = say(language, NOTICE_FLAGS[notice.flag]) if notice.flag else ""
    return [notice.received_at, notice.type, *about, flag, notice.resolved_note]


def _chosen(request: Request) -> dict[str, str]:
    return lists.chosen(request, unresolved=("yes",), order=NOTICE_ORDERS)


def _asked(chosen: Mapping[str, str]) -> dict[str, Any]:
    return {"unresolved": "unresolved" in chosen} | {name: chosen[name] for name in ("order",) if name in chosen}


def resolve(context: Context) -> Response:
    """Marks a flagged notice as dealt with, with a note of what was done."""

    def show(form: Form) -> Response:
        return render(context, "staff/resolve_notice.html", form=form)

    def send(form: Form) -> Response:
        context.ask(ResolvePaymentNotice, notice_id=context.path["notice_id"], **form.gathered("note"))
        flash(context, Said.NOTICE_DEALT_WITH)
        return redirect(PAGE + "?unresolved=yes")

    return handle(context, {"note": _("What was done")}, show, send, refusals={Conflict: "note"})
