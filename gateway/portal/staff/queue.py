"""The queue of applications: by state, oldest submission first, a page at a time, also as CSV."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from gateway.edge import Edge
from gateway.portal.applicant.dashboard import WHO_ACTS
from gateway.portal.ask import ask
from gateway.portal.page import render
from gateway.portal.texts import _, say
from gateway.requests import Request
from gateway.responses import Response, of_bytes
from services.contracts.applications import states
from services.contracts.applications.review import ListApplications

STATE_NAMES = {
    states.DRAFT: _("Draft"),
    states.SUBMITTED: _("Submitted"),
    states.INCOMPLETE: _("Incomplete"),
    states.COMPLETE: _("Complete"),
    states.IN_REVIEW: _("In review"),
    states.AT_COMMITTEE: _("At the committee"),
    states.APPROVED: _("Approved"),
    states.APPROVED_WITH_CONDITIONS: _("Approved with conditions"),
    states.REFUSED: _("Refused"),
    states.WITHDRAWN: _("Withdrawn"),
    states.LAPSED: _("Lapsed"),
    states.FINALISED: _("Finalised"),
}
COLUMNS = (_("Reference"), _("Applicant"), _("Category"), _("State"), _("Submitted"), _("Who acts next"))
_CSV_ROWS = 100


def queue(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows the applications in a state, with how many there are in each."""
    found = ask(edge, request, ListApplications, **_filter(request), cursor=request.query.get("cursor"))
    return render(
        edge,
        request,
        "staff/queue.html",
        found=found,
        filter=_filter(request),
        state_names=STATE_NAMES,
        columns=COLUMNS,
        who_acts=WHO_ACTS,
    )


def as_csv(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Gives the same list as a file for a spreadsheet, the first hundred."""
    found = ask(edge, request, ListApplications, **_filter(request), limit=_CSV_ROWS)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([say(request.language, column) for column in COLUMNS])
    for one in found["applications"]:
        writer.writerow([_harmless(cell) for cell in _row(one, request.language)])
    headers = [("Content-Disposition", 'attachment; filename="applications.csv"'), ("Cache-Control", "no-store")]
    return of_bytes(b"\xef\xbb\xbf" + out.getvalue().encode(), "text/csv; charset=utf-8", 200, headers)


def _row(one: dict[str, Any], language: str) -> list[str]:
    return [
        one["reference"],
        one["applicant_name"] or "",
        one["category"] or "",
        one["state_words"][language],
        one["submitted_at"].isoformat() if one["submitted_at"] else "",
        say(language, WHO_ACTS[one["who_acts_next"]]),
    ]


def _harmless(cell: str) -> str:
    # A spreadsheet carries out what begins so; people choose their own names.
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _filter(request: Request) -> dict[str, str]:
    asked = {name: request.query.get(name, "").strip() for name in ("state", "reference")}
    return {name: text for name, text in asked.items() if text and (name != "state" or text in states.ALL)}
