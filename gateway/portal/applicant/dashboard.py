"""Where the caller's application stands: what comes next, the pages of the form, what the college asked for."""

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.applicant.asked_for import asked_for
from gateway.portal.applicant.clock import clock_of
from gateway.portal.kit import unread
from gateway.portal.kit.page import render
from services.contracts.applications import states
from services.contracts.applications.applicant import GetMyApplication
from services.contracts.applications.words import PAGE_STATES, WHO_ACTS_NEXT_FOR_YOU


def dashboard(context: Context) -> Response:
    """Shows the application's state, its task list, and the next step. Raises NotReadyYet."""
    waiting, mine = unread.beside(context, lambda: context.ask(GetMyApplication))
    return render(
        context,
        "applicant/dashboard.html",
        unread=waiting,
        mine=mine,
        requests=asked_for(context.college_of(mine.judged_on), mine.requested, context.language),
        who_acts=WHO_ACTS_NEXT_FOR_YOU[mine.who_acts_next],
        page_states=PAGE_STATES,
        clock=clock_of(mine, context.language),
        editable=mine.state in states.EDITABLE,
        final=mine.state in states.FINAL,
    )
