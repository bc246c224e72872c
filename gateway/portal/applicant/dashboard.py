"""Where the caller's application stands: what comes next, the pages of the form, what the college asked for."""

from collections.abc import Mapping

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.applicant.asked_for import asked_for
from gateway.portal.applicant.clock import clock_of
from gateway.portal.kit import unread
from gateway.portal.kit.page import render
from gateway.portal.kit.rpc import ask
from gateway.services import Edge
from services.contracts.applications import states
from services.contracts.applications.applicant import GetMyApplication
from services.contracts.applications.words import PAGE_STATES, WHO_ACTS_NEXT_FOR_YOU


def dashboard(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows the application's state, its task list, and the next step. Raises NotReadyYet."""
    waiting, mine = unread.beside(edge, request, lambda: ask(edge, request, GetMyApplication))
    return render(
        edge,
        request,
        "applicant/dashboard.html",
        unread=waiting,
        mine=mine,
        requests=asked_for(edge.college, mine["requested"], request.language),
        who_acts=WHO_ACTS_NEXT_FOR_YOU[mine["who_acts_next"]],
        page_states=PAGE_STATES,
        clock=clock_of(mine, edge.college, request.language),
        editable=mine["state"] in states.EDITABLE,
        final=mine["state"] in states.FINAL,
    )
