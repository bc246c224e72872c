"""Signing out."""

from contextlib import suppress

from gateway.api.cookie_sessions import end_session
from gateway.context import Context
from gateway.http import cookies
from gateway.http.responses import Response
from gateway.portal.kit import kept_invitation
from gateway.portal.kit.page import redirect, render
from services.common.kernel.errors import Unauthenticated


def sign_out(context: Context) -> Response:
    """Ends the session and takes its cookies away; there may be none any more."""
    with suppress(Unauthenticated):
        end_session(context)
    context.request.carried.headers.clear()  # what keeping the session up may just have put there
    cookies.clear_session(context.settings, context.request.carried)
    kept_invitation.forget(context)
    return redirect("/signed-out")


def signed_out(context: Context) -> Response:
    """Says that one is signed out, and what to mind on a shared computer."""
    return render(context, "access/signed_out.html")
