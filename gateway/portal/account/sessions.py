"""Where one is signed in, and ending it elsewhere (B10)."""

from collections.abc import Mapping

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.account import devices
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.rpc import ask
from gateway.services import Edge
from services.contracts.identity import EndOtherSessions, EndSession, ListSessions

PAGE = "/security/sessions"


def sessions(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Lists the caller's sessions, the one in use first, and says how many there may be."""
    found = ask(edge, request, ListSessions)
    shown = [one | {"device": devices.in_words(one["device"], request.language)} for one in found["sessions"]]
    return render(edge, request, "account/sessions.html", sessions=shown, at_once=found["at_once"])


def end(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Ends one session."""
    ask(edge, request, EndSession, session_id=path["session_id"])
    flash(edge, request, Said.SIGNED_OUT_THERE)
    return redirect(PAGE)


def end_others(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Ends all sessions but the one in use."""
    ask(edge, request, EndOtherSessions)
    flash(edge, request, Said.SIGNED_OUT_ELSEWHERE)
    return redirect(PAGE)
