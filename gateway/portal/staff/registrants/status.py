"""Changing a registrant's status: first written down, then looked at as the public will see it, then saved (R1, B6)."""

import datetime as dt
from typing import Any

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import DATE_PARTS, Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.texts import _, say
from gateway.portal.public.register import languages_of_care
from gateway.portal.staff.registrants import file
from gateway.portal.staff.registrants.finding import page_of
from services.common.kernel import clock
from services.common.kernel.dates import written_date
from services.contracts.registry.public_register import PublicRegistrant
from services.contracts.registry.standing import ChangeStatus, PreviewStatus, RegistrantFile, StandingUnchanged
from services.contracts.registry.words import STATUSES

FIELDS = ("status", "effective_from", "reason_en", "reason_fr")
LABELS = {
    "status": _("New status"),
    "effective_from": _("From which day"),
    "reason_en": _("Reason in English (optional)"),
    "reason_fr": _("Reason in French (optional)"),
}
LOOKED_AT, AGAIN = "sure", "again"  # what the page with the preview sends, and its button that leads back to the form


def status(context: Context) -> Response:
    """Takes a status, shows the public entry without and with it, and saves it when that is confirmed."""

    def show(form: Form) -> Response:
        # The preview is shown in the other language as a preview.
        if form.value(LOOKED_AT) and not form.value(AGAIN) and not form.faults:
            return preview(form)
        kept = file.read(context)
        return render(context, "staff/registrants/status.html", form=form, registrant=kept.registrant, statuses=STATUSES)

    def preview(form: Form) -> Response:
        shown = context.ask(PreviewStatus, **_values(context, form))
        return render(
            context,
            "staff/registrants/confirm_status.html",
            form=form,
            shown=shown,
            today=_today(context),
            columns=[
                (_("Without the change"), shown.before, _languages(context, shown.before)),
                (_("With the change"), shown.after, _languages(context, shown.after)),
            ],
            carried=[*(f"effective_from-{part}" for part in DATE_PARTS), "status", "reason_en", "reason_fr"],
        )

    def send(form: Form) -> Response:
        if form.value(AGAIN):
            return show(form)
        if not form.value(LOOKED_AT):
            return preview(form)
        values = _values(context, form)
        kept = context.ask(ChangeStatus, key=form.key(values), **values)
        _tell(context, kept, values)
        return redirect(page_of(kept.registrant.registration_number))

    today = _today(context)
    given = {f"effective_from-{part}": [str(getattr(today, part))] for part in DATE_PARTS}
    return handle(context, LABELS, show, send, given, refusals={StandingUnchanged: "status"})


def _values(context: Context, form: Form) -> dict[str, Any]:
    return form.gathered(*FIELDS) | {"number": context.path["number"][:20]}


def _tell(context: Context, kept: RegistrantFile, values: dict[str, Any]) -> None:
    """Says whether the status holds now, from which day it will, or that a later change which is known already has ended it."""
    day, language = ChangeStatus.check(values)["effective_from"], context.language
    words, since = say(language, STATUSES[values["status"]]), written_date(day, language)
    in_force = next(fact for fact in kept.facts if (fact.kind, fact.state) == ("status", "in_force"))
    if day > _today(context):
        flash(context, Said.STATUS_PLANNED, status=words, since=since)
    elif in_force.effective_from <= day:
        flash(context, Said.STATUS_CHANGED, status=words, since=since)
    else:
        now = say(language, STATUSES[kept.registrant.status])
        flash(context, Said.STATUS_OF_THE_PAST, status=words, since=since, now=now)


def _languages(context: Context, entry: PublicRegistrant) -> list[str]:
    return languages_of_care(context.college, entry.languages_of_care, context.language)


def _today(context: Context) -> dt.date:
    return context.services.profile.day_of(clock.now())
