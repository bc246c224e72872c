"""The queue of applications: one's own or all, looked for by one text, state and category, in an order, a page at a time, also as CSV."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from gateway.portal.kit.rpc import ask
from gateway.portal.kit.texts import _, say
from gateway.portal.staff.kit import addresses, colleagues, lists
from gateway.portal.staff.kit.csv_files import all_pages, csv_file
from gateway.services import Edge
from services.contracts.applications import states, words
from services.contracts.applications.review import ORDERS, ListApplications

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


def queue(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows the applications that are looked for, with how many there are in each state, and how many are the caller's own."""
    chosen = _chosen(edge, request)
    found = ask(edge, request, ListApplications, **_asked(edge, request, chosen), cursor=request.query.get("cursor"))
    return render(
        edge,
        request,
        "staff/queue.html",
        found=found,
        chosen=chosen,
        looking=lists.form(chosen, LABELS),
        state_words=words.STATES,
        orders=lists.named(ORDERS),
        columns=COLUMNS,
        acts_next=words.WHO_ACTS_NEXT,
        names=colleagues.named(edge, request, (one["assigned_to"] for one in found["applications"])),
    )


def as_csv(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Gives the same list as a file for a spreadsheet."""
    found = list(all_pages(edge, request, ListApplications, "applications", **_asked(edge, request, _chosen(edge, request))))
    names = colleagues.named(edge, request, (one["assigned_to"] for one in found))
    return csv_file(edge, request, "applications", COLUMNS, (_row(edge, request, one, names) for one in found))


def _row(edge: Edge, request: Request, one: dict[str, Any], names: colleagues.Names) -> list[Any]:
    language = request.language
    return [
        one["reference"],
        one["applicant_name"],
        edge.college.category(one["category"]).name.in_(language) if one["category"] else None,
        one["state_words"][language],
        one["submitted_at"],
        say(language, words.WHO_ACTS_NEXT[one["who_acts_next"]]),
        names[str(one["assigned_to"])] if one["assigned_to"] else say(language, _("Unassigned")),
    ]


def _chosen(edge: Edge, request: Request) -> dict[str, str]:
    categories = {one.code for one in edge.college.categories}
    return lists.chosen(request, "text", state=states.ALL, order=ORDERS, mine=("yes",), category=categories)


def _asked(edge: Edge, request: Request, chosen: Mapping[str, str]) -> dict[str, Any]:
    asked: dict[str, Any] = {name: chosen[name] for name in ("state", "order", "category") if name in chosen}
    text = chosen.get("text", "")
    if "@" in text:
        asked["account_id"] = str(addresses.account_of(edge, request, text) or _NOBODY)
    elif text:
        asked["text"] = text[:_LONGEST_TEXT]
    return asked | ({"mine": True} if "mine" in chosen else {})
