"""Where the caller's application stands: what comes next, the pages of the form, what the college asked for."""

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.applicant.asked_for import asked_for
from gateway.portal.applicant.clock import clock_of
from gateway.portal.kit import unread
from gateway.portal.kit.page import render
from gateway.portal.kit.texts import _
from services.contracts.applications import states
from services.contracts.applications.applicant import GetMyApplication

WHO_ACTS = {
    "applicant": _("You need to do something."),
    "institution": _("We are waiting for documents from others."),
    "college": _("Under review by the College."),
    "nobody": _("There is nothing left to do."),
}
PAGE_STATES = {"not_started": _("To do"), "incomplete": _("To be completed"), "complete": _("Done")}


def dashboard(context: Context) -> Response:
    """Shows the application's state, its task list, and the next step. Raises NotReadyYet."""
    waiting, mine = unread.beside(context, lambda: context.ask(GetMyApplication))
    return render(
        context,
        "applicant/dashboard.html",
        unread=waiting,
        mine=mine,
        requests=asked_for(context.college, mine["requested"], context.language),
        who_acts=WHO_ACTS[mine["who_acts_next"]],
        page_states=PAGE_STATES,
        clock=clock_of(mine, context.college, context.language),
        editable=mine["state"] in states.EDITABLE,
        final=mine["state"] in states.FINAL,
    )
