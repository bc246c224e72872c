"""Signing out."""

from collections.abc import Mapping
from contextlib import suppress

from gateway.api.cookie_sessions import end_session
from gateway.http import cookies
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit import kept_invitation
from gateway.portal.kit.page import redirect, render
from gateway.services import Edge
from services.common.kernel.errors import Unauthenticated


def sign_out(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Ends the session and takes its cookies away; there may be none any more."""
    with suppress(Unauthenticated):
        end_session(edge, request)
    request.carried.headers.clear()  # what keeping the session up may just have put there
    cookies.clear_session(edge.settings, request.carried)
    kept_invitation.forget(edge, request)
    return redirect("/signed-out")


def signed_out(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Says that one is signed out, and what to mind on a shared computer."""
    return render(edge, request, "access/signed_out.html")
