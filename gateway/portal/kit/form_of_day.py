"""The form by which an application is judged, which need not be today's."""

from datetime import date
from typing import Any

from gateway.context import Context
from services.contracts.applications.applicant import GetForm


def pages_of(context: Context, form: GetForm.Reply, judged_on: date | None) -> list[dict[str, Any]]:
    """Gives the pages of an application's form: those just asked for, or where something changed since, those of its day."""
    if context.college_of(judged_on) is context.college:
        return form.pages
    return context.ask(GetForm, day=judged_on).pages
