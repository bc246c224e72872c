"""What happened to the caller's application, and who acts next."""

from collections.abc import Mapping

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.applicant.clock import clock_of
from gateway.portal.kit.page import render
from gateway.portal.kit.rpc import together
from gateway.services import Edge
from services.contracts.applications.applicant import GetMyApplication, GetTimeline
from services.contracts.applications.words import WHO_ACTS_NEXT_FOR_YOU


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
        who_acts=WHO_ACTS_NEXT_FOR_YOU[told["who_acts_next"]],
        clock=clock_of(mine, edge.college, request.language),
    )
