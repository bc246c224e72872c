"""What the payment provider told besides payments: refunds, disputes, what cannot be read; and saying what was done about it."""

from collections.abc import Mapping
from typing import Any

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.rpc import ask
from gateway.portal.kit.texts import _, say
from gateway.portal.staff.kit import colleagues, lists
from gateway.portal.staff.kit.csv_files import all_pages, csv_file
from gateway.services import Edge
from services.common.kernel.errors import Conflict
from services.contracts.billing import NOTICE_ORDERS, ListPaymentNotices, ResolvePaymentNotice
from services.contracts.billing.words import NOTICE_FLAGS

PAGE = "/staff/payment-notices"
COLUMNS = (
    _("Received"), _("Kind"), _("Payment at the provider"), _("Invoice"), _("Amount"), _("What is wrong"), _("What was done"),
)  # fmt: skip


def notices(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Lists the notices in an order."""
    chosen = _chosen(request)
    found = ask(edge, request, ListPaymentNotices, **_asked(chosen), cursor=request.query.get("cursor"))
    return render(
        edge,
        request,
        "staff/payment_notices.html",
        found=found,
        chosen=chosen,
        looking=lists.form(chosen),
        orders=lists.named(NOTICE_ORDERS),
        flags=NOTICE_FLAGS,
        names=colleagues.named(edge, request, (one["resolved_by"] for one in found["notices"])),
    )


def as_csv(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Gives the same list as a file for a spreadsheet. Raises TooManyRows."""
    found = all_pages(edge, request, ListPaymentNotices, "notices", **_asked(_chosen(request)))
    return csv_file(edge, request, "payment-notices", COLUMNS, (_row(one, request.language) for one in found))


def _row(one: dict[str, Any], language: str) -> list[Any]:
    about = (one["provider_payment_id"], one["invoice_number"] or one["reference"], one["amount"].amount if one["amount"] else "")
    flag = say(language, NOTICE_FLAGS[one["flag"]]) if one["flag"] else ""
    return [one["received_at"], one["type"], *about, flag, one["resolved_note"]]


def _chosen(request: Request) -> dict[str, str]:
    return lists.chosen(request, unresolved=("yes",), order=NOTICE_ORDERS)


def _asked(chosen: Mapping[str, str]) -> dict[str, Any]:
    return {"unresolved": "unresolved" in chosen} | {name: chosen[name] for name in ("order",) if name in chosen}


def resolve(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Marks a flagged notice as dealt with, with a note of what was done."""

    def show(form: Form) -> Response:
        return render(edge, request, "staff/resolve_notice.html", form=form)

    def send(form: Form) -> Response:
        ask(edge, request, ResolvePaymentNotice, notice_id=path["notice_id"], **form.gathered("note"))
        flash(edge, request, Said.NOTICE_DEALT_WITH)
        return redirect(PAGE + "?unresolved=yes")

    return handle(edge, request, {"note": _("What was done")}, show, send, refusals={Conflict: "note"})
