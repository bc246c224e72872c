"""A step taken on an older version of a file: what came between is shown, what was typed stays, and the step is taken again on the new one.

A form holds the `version` that its step is taken on; once that was an older one also the version that was read before, `since`, so that
what came between is shown again with the form, in either language, until the step is taken.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gateway.context import Context
from gateway.http.cookies import SAFE
from gateway.http.responses import Response
from gateway.portal.kit import form_values, forms
from gateway.portal.kit.forms import Form, Show, version_of
from gateway.portal.kit.texts import _, say
from gateway.portal.staff.kit import colleagues
from services.common.kernel.errors import VersionMismatch
from services.contracts.applications.applicant import GetForm
from services.contracts.applications.review import GetApplication
from services.contracts.applications.shapes import Change
from services.contracts.applications.words import BY

SINCE = "since"
DECIDE_AGAIN = _("The file has changed since you read it. See below what came, then decide again. What you typed is still here.")


@dataclass(frozen=True)
class Came:
    """A change of a file as a page shows it: when, by whom, what it was, its own words; of each answer the lines before and after."""

    at: dt.datetime
    who: str
    words: str
    text: str | None
    answers: list[tuple[str, list[str], list[str]]]


def read_file(context: Context, application_id: str) -> GetApplication.Reply:
    """Gives the application, with what came since the version that the posted form was read on. Raises NotFound, OwnMatter."""
    return context.ask(GetApplication, **question(context, application_id))


def question(context: Context, application_id: str) -> dict[str, Any]:
    """Gives what is asked of GetApplication for a page with a step."""
    values: dict[str, Any] = {"application_id": application_id}
    if context.request.method not in SAFE:
        form = forms.read(context)
        since = form.value(SINCE) or form.value("version")
        if since.isascii() and since.isdigit() and len(since) < 10:
            values["since"] = int(since)
    return values


def begin(form: Form, file: GetApplication.Reply) -> None:
    """Notes on a form that is seen for the first time which version was read."""
    if not form.value("version"):
        form.given["version"] = [str(file.version)]


def check(form: Form, file: GetApplication.Reply) -> None:
    """Raises VersionMismatch if the file that was just read is not the one that the form was filled in on."""
    if file.version != version_of(form):
        raise VersionMismatch(version=file.version)


def blame(form: Form, error: VersionMismatch, language: str) -> None:
    """Says on a form that the file has changed; sent once more, its step is taken on the version that is there now."""
    if not form.value(SINCE):
        form.given[SINCE] = [str(version_of(form))]
    form.given["version"] = [str(error.params["version"])]
    form.faults[""] = say(language, DECIDE_AGAIN)


def again(send: Show, show: Show, language: str) -> Show:
    """Gives `send` as it answers where the file has changed: with the form once more, what came since, and the status of the refusal."""

    def sent(form: Form) -> Response:
        try:
            return send(form)
        except VersionMismatch as error:
            blame(form, error, language)
            response = show(form)
            response.status = error.status
            return response

    return sent


def told(context: Context, form: Form, file: GetApplication.Reply) -> list[Came]:
    """Gives what came between, as a page shows it, if a step was to be taken on an older version of the file."""
    if not form.value(SINCE):
        return []
    if file.version < version_of(form):  # it changed while the step was being taken
        file = read_file(context, str(file.id))
    return shown(context, file, (change for change in file.changed_since if change.version <= version_of(form)))


def shown(context: Context, file: GetApplication.Reply, changes: Iterable[Change]) -> list[Came]:
    """Gives changes with the names of those who made them and the answers as people read them."""
    changes = list(changes)
    names = colleagues.named(context, (change.account_id for change in changes)) if changes else {}
    fields = _fields(context, file) if any(change.answers for change in changes) else {}
    documents = form_values.called(file.documents, context.language, context.college.time_zone.key)

    def lines(code: str, value: Any) -> list[str]:
        return form_values.shown(fields[code], value, context.language, documents) if code in fields else [str(value)]

    return [
        Came(
            at=change.at,
            who=names.get(str(change.account_id)) or BY[change.by].in_(context.language),
            words=change.words.in_(context.language),
            text=change.text,
            answers=[
                (answer.label.in_(context.language), lines(answer.field, answer.before), lines(answer.field, answer.after))
                for answer in change.answers
            ],
        )
        for change in changes
    ]


def _fields(context: Context, file: GetApplication.Reply) -> dict[str, Any]:
    pages = context.ask(GetForm, day=file.judged_on).pages
    return {field["code"]: field for page in pages for field in page["fields"]}
