"""What happened to the caller's application, and who acts next."""

from collections.abc import Mapping

from gateway.edge import Edge
from gateway.portal.applicant.clock import clock_of
from gateway.portal.applicant.dashboard import WHO_ACTS
from gateway.portal.ask import together
from gateway.portal.page import render
from gateway.requests import Request
from gateway.responses import Response
from services.contracts.applications.applicant import GetMyApplication, GetTimeline


def timeline(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows the steps, newest first. Raises NotReadyYet."""
    mine, told = together(edge, request, (GetMyApplication, {}), (GetTimeline, {}))
    entries = list(reversed(told["entries"]))
    return render(
        edge,
        request,
        "applicant/timeline.html",
        mine=mine,
        entries=entries,
        who_acts=WHO_ACTS[told["who_acts_next"]],
        clock=clock_of(mine, edge.college, request.language),
    )
