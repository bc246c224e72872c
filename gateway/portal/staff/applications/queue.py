"""The queue of applications: one's own or all, looked for by one text, state and category, in an order, a page at a time, also as CSV."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from gateway.portal.kit.texts import _, say
from gateway.portal.staff.kit import addresses, colleagues, lists
from gateway.portal.staff.kit.csv_files import all_pages, csv_file
from services.contracts.applications import states, words
from services.contracts.applications.review import ORDERS, ListApplications
from services.contracts.applications.shapes import QueuedSummary

COLUMNS = (_("Reference"), _("Applicant"), _("Category"), _("State"), _("Submitted"), _("Next action by"), _("Assigned to"))
LABELS = {
    "text": _("Name, reference, registration number or email"),
    "state": _("State"),
    "category": _("Category"),
    "order": lists.ORDER,
    "mine": _("Assigned to"),
}
_LONGEST_TEXT = 100
_NOBODY = UUID(int=0)


def queue(context: Context) -> Response:
    """Shows the applications that are looked for, with how many there are in each state, and how many are the caller's own."""
    chosen = _chosen(context)
    found = context.ask(ListApplications, **_asked(context, chosen), cursor=context.request.query.get("cursor"))
    return render(
        context,
        "staff/queue.html",
        found=found,
        chosen=chosen,
        looking=lists.form(chosen, LABELS),
        state_words=words.STATES,
        orders=lists.named(ORDERS),
        acts_next=words.WHO_ACTS_NEXT,
        names=colleagues.named(context, (application.assigned_to for application in found.applications)),
    )


def as_csv(context: Context) -> Response:
    """Gives the same list as a file for a spreadsheet."""
    found = list(all_pages(context, ListApplications, lambda page: page.applications, **_asked(context, _chosen(context))))
    names = colleagues.named(context, (application.assigned_to for application in found))
    return csv_file(context, "applications", COLUMNS, (_row(context, application, names) for application in found))


def _row(context: Context, application: QueuedSummary, names: colleagues.Names) -> list[Any]:
    language = context.language
    return [
        application.reference,
        application.applicant_name,
        context.college.category(application.category).name.in_(language) if application.category else None,
        application.state_words.in_(language),
        application.submitted_at,
        say(language, words.WHO_ACTS_NEXT[application.who_acts_next]),
        names[str(application.assigned_to)] if application.assigned_to else say(language, _("Unassigned")),
    ]


def _chosen(context: Context) -> dict[str, str]:
    categories = {category.code for category in context.college.categories}
    return lists.chosen(context.request, "text", state=states.ALL, order=ORDERS, mine=("yes",), category=categories)


def _asked(context: Context, chosen: Mapping[str, str]) -> dict[str, Any]:
    asked: dict[str, Any] = {name: chosen[name] for name in ("state", "order", "category") if name in chosen}
    text = chosen.get("text", "")
    if "@" in text:
        asked["account_id"] = str(addresses.account_of(context, text) or _NOBODY)
    elif text:
        asked["text"] = text[:_LONGEST_TEXT]
    return asked | ({"mine": True} if "mine" in chosen else {})
