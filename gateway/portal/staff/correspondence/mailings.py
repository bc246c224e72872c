"""The mailing list as the staff see it: how many are on it, the mailings so far, and writing one (F65)."""

from collections.abc import Mapping

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.rpc import ask
from gateway.portal.kit.texts import _
from gateway.portal.staff.kit.csv_files import all_pages, csv_file
from gateway.services import Edge
from services.contracts.correspondence import GetMailing, ListMailings, SendMailing
from services.contracts.correspondence.words import DELIVERY_STATES

PAGE = "/staff/mailings"
LABELS = {
    "subject_en": _("Subject in English"),
    "body_en": _("Text in English"),
    "subject_fr": _("Subject in French"),
    "body_fr": _("Text in French"),
}

COLUMNS = (_("Sent on"), _("Subject in English"), _("Subject in French"), _("Emails so far"))


def all_mailings(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows the counts of the list and the mailings, newest first."""
    found = ask(edge, request, ListMailings, cursor=request.query.get("cursor"))
    return render(edge, request, "staff/mailings.html", found=found)


def as_csv(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Gives the mailings as a file for a spreadsheet."""
    found = all_pages(edge, request, ListMailings, "mailings")
    rows = ([one["asked_at"], one["subject_en"], one["subject_fr"], one["written"]] for one in found)
    return csv_file(edge, request, "mailings", COLUMNS, rows)


def one(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Shows a mailing with its text and what became of its mails."""
    mailing = ask(edge, request, GetMailing, mailing_id=path["mailing_id"])
    return render(edge, request, "staff/mailing.html", mailing=mailing, states=DELIVERY_STATES)


def write(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Takes a mailing in both languages, shows it once more as it will be read, and sends it when that is confirmed."""

    def show(form: Form) -> Response:
        return render(edge, request, "staff/write_mailing.html", form=form)

    def send(form: Form) -> Response:
        if form.value("again"):
            return show(form)
        values = form.gathered(*LABELS)
        SendMailing.check(values)
        if form.value("sure") != "yes":
            counts = ask(edge, request, ListMailings, limit=1)["counts"]
            return render(edge, request, "staff/confirm_mailing.html", form=form, counts=counts)
        mailing = ask(edge, request, SendMailing, key=form.key(values), **values)
        flash(edge, request, Said.MAILING_BEGUN)
        return redirect(f"{PAGE}/{mailing['id']}")

    return handle(edge, request, LABELS, show, send)
