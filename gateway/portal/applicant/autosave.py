"""Saving a page of the form while it is filled in: what is right is kept at once, what is not waits for the form's own button."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from gateway.edge import Edge
from gateway.portal.ask import ask
from gateway.portal.forms import Form, version_of
from gateway.portal.texts import _, say
from gateway.requests import Request
from gateway.responses import Response, of_json
from services.common.dates import written_time
from services.common.errors import Conflict, Invalid
from services.contracts.applications.applicant import SavePage

STAY = "stay"  # what the script says instead of where to go next


def save(edge: Edge, request: Request, form: Form, page: str, values: dict[str, Any], stored: Mapping[str, Any]) -> Response:
    """Saves a page and gives, as JSON, its new `version`, what to say (`said`) and whether the `whole` of it was saved.

    A field that is wrong, half typed perhaps, stays as it was stored. Refused, it gives only what to say.
    """
    try:
        try:
            saved = ask(edge, request, SavePage, page=page, values=values, version=version_of(form))
        except Invalid as error:
            form.blame(error, request.language)
            right = {code: value for code, value in values.items() if code not in form.faults}
            kept = {code: stored["values"][code] for code in form.faults if code in stored["values"]}
            saved = ask(edge, request, SavePage, page=page, values=right | kept, version=version_of(form))
    except Conflict as error:
        return told({"said": error.say(request.language)}, error.status)
    return told({"version": saved["version"], "said": _said(edge, request, form, saved["saved_at"]), "whole": not form.faults})


def _said(edge: Edge, request: Request, form: Form, at: dt.datetime) -> str:
    time = written_time(at, request.language, edge.college.time_zone.key)
    if not form.faults:
        return say(request.language, _("Saved at %(time)s."), time=time)
    wrong = ", ".join(form.labels[code] for code in form.labels if code in form.faults)
    return say(request.language, _("Saved at %(time)s, apart from what is not right yet: %(fields)s."), time=time, fields=wrong)


def told(what: dict[str, Any], status: int = 200) -> Response:
    """Tells the script."""
    return of_json(what, status, [("Cache-Control", "no-store")])
