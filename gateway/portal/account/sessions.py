"""Where one is signed in, and ending it elsewhere (B10)."""

from dataclasses import replace

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.account import devices
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.page import redirect, render
from services.contracts.identity.sessions import EndOtherSessions, EndSession, ListSessions

PAGE = "/security/sessions"


def sessions(context: Context) -> Response:
    """Lists the caller's sessions, the one in use first, and says how many there may be."""
    found = context.ask(ListSessions)
    shown = [replace(session, device=devices.in_words(session.device, context.language)) for session in found.sessions]
    return render(context, "account/sessions.html", sessions=shown, at_once=found.at_once)


def end(context: Context) -> Response:
    """Ends one session."""
    context.ask(EndSession, session_id=context.path["session_id"])
    flash(context, Said.SIGNED_OUT_THERE)
    return redirect(PAGE)


def end_others(context: Context) -> Response:
    """Ends all sessions but the one in use."""
    context.ask(EndOtherSessions)
    flash(context, Said.SIGNED_OUT_ELSEWHERE)
    return redirect(PAGE)
