"""What happened to the caller's application, and who acts next."""

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.applicant.clock import clock_of
from gateway.portal.kit.page import render
from services.contracts.applications.applicant import GetMyApplication, GetTimeline
from services.contracts.applications.words import WHO_ACTS_NEXT_FOR_YOU


def timeline(context: Context) -> Response:
    """Shows the steps, newest first. Raises NotReadyYet."""
    mine, told = context.together((GetMyApplication, {}), (GetTimeline, {}))
    entries = list(reversed(told.entries))
    return render(
        context,
        "applicant/timeline.html",
        mine=mine,
        entries=entries,
        who_acts=WHO_ACTS_NEXT_FOR_YOU[told.who_acts_next],
        clock=clock_of(mine, context.language),
    )
