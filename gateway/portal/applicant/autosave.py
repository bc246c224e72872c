"""Saving a page of the form while it is filled in: what is right is kept at once, what is not waits for the form's own button."""

from collections.abc import Mapping
from typing import Any

from gateway.context import Context
from gateway.http.responses import Response, of_json
from gateway.portal.applicant import differing
from gateway.portal.kit.forms import Form, version_of
from gateway.portal.kit.texts import _, say
from services.common.kernel.dates import written_time
from services.common.kernel.errors import Conflict, Invalid, VersionMismatch
from services.contracts.applications.applicant import GetPage, MergePage
from services.contracts.applications.shapes import SavedPage

FormPage = Mapping[str, Any]  # as GetForm gives it
STAY = "stay"  # what the script says instead of where to go next


def save(context: Context, form: Form, page: FormPage, values: dict[str, Any], stored: GetPage.Reply) -> Response:
    """Saves a page and gives, as JSON, its new `version` and `tags`, what to say (`said`) and whether the `whole` of it was saved.

    A field that is wrong, half typed perhaps, stays as it was stored. Refused, it gives only what to say.
    """
    tags = differing.tags_of(form)
    read = {"page": page["code"], "version": version_of(form), "tags": tags}
    try:
        try:
            saved = context.ask(MergePage, values=values, **read)
        except Invalid as error:
            form.blame(error, context.language)
            right = {code: value for code, value in values.items() if code not in form.faults}
            kept = {code: stored.values[code] for code in form.faults if code in stored.values}
            saved = context.ask(MergePage, values=right | kept, **read)
    except VersionMismatch as error:
        return told({"said": differing.said(page["fields"], error, context.language)}, error.status)
    except Conflict as error:
        return told({"said": error.say(context.language)}, error.status)
    # What is wrong was not saved: it is still compared with what was read of it.
    tags = saved.tags | {code: tag for code, tag in tags.items() if code in form.faults}
    said = _said(context, form, page, saved)
    return told({"version": saved.version, "tags": tags, "said": said, "whole": not form.faults})


def _said(context: Context, form: Form, page: FormPage, saved: SavedPage) -> str:
    time = written_time(saved.saved_at, context.language, context.college.time_zone.key)
    if elsewhere := differing.kept(page["fields"], (code for code in saved.kept if code not in form.faults), context.language):
        return say(
            context.language,
            _("Saved at %(time)s. Saved elsewhere in the meantime, and kept as it is there: %(fields)s."),
            time=time,
            fields=elsewhere,
        )
    if not form.faults:
        return say(context.language, _("Saved at %(time)s."), time=time)
    wrong = ", ".join(form.labels[code] for code in form.labels if code in form.faults)
    return say(context.language, _("Saved at %(time)s, apart from what is not right yet: %(fields)s."), time=time, fields=wrong)


def told(what: dict[str, Any], status: int = 200) -> Response:
    """Tells the script."""
    return of_json(what, status, [("Cache-Control", "no-store")])
