"""The mailing list as the staff see it: how many are on it, the mailings so far, and writing one (F65)."""

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.texts import _
from gateway.portal.staff.kit.csv_files import all_pages, csv_file
from services.contracts.correspondence.mailing_list import GetMailing, ListMailings, SendMailing
from services.contracts.correspondence.words import DELIVERY_STATES

PAGE = "/staff/mailings"
LABELS = {
    "subject_en": _("Subject in English"),
    "body_en": _("Text in English"),
    "subject_fr": _("Subject in French"),
    "body_fr": _("Text in French"),
}

COLUMNS = (_("Sent on"), _("Subject in English"), _("Subject in French"), _("Emails so far"))


def all_mailings(context: Context) -> Response:
    """Shows the counts of the list and the mailings, newest first."""
    found = context.ask(ListMailings, cursor=context.request.query.get("cursor"))
    return render(context, "staff/mailings.html", found=found)


def as_csv(context: Context) -> Response:
    """Gives the mailings as a file for a spreadsheet."""
    found = all_pages(context, ListMailings, lambda page: page.mailings)
    rows = ([mailing.asked_at, mailing.subject_en, mailing.subject_fr, mailing.written] for mailing in found)
    return csv_file(context, "mailings", COLUMNS, rows)


def mailing(context: Context) -> Response:
    """Shows a mailing with its text and what became of its mails."""
    mailing = context.ask(GetMailing, mailing_id=context.path["mailing_id"])
    return render(context, "staff/mailing.html", mailing=mailing, states=DELIVERY_STATES)


def write(context: Context) -> Response:
    """Takes a mailing in both languages, shows it once more as it will be read, and sends it when that is confirmed."""

    def show(form: Form) -> Response:
        return render(context, "staff/write_mailing.html", form=form)

    def send(form: Form) -> Response:
        if form.value("again"):
            return show(form)
        values = form.gathered(*LABELS)
        SendMailing.check(values)
        if form.value("sure") != "yes":
            counts = context.ask(ListMailings, limit=1).counts
            return render(context, "staff/confirm_mailing.html", form=form, counts=counts)
        mailing = context.ask(SendMailing, key=form.key(values), **values)
        flash(context, Said.MAILING_BEGUN)
        return redirect(f"{PAGE}/{mailing.id}")

    return handle(context, LABELS, show, send)
