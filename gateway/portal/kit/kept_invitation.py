"""The secret of an invitation while its reader signs in or opens an account: in a cookie of ours, so that it is in no further address."""

from gateway.http import cookies
from gateway.http.requests import Request
from gateway.http.signed_values import Purpose
from gateway.services import Edge

PAGE = "/delegation"
COOKIE = "college-invitation"
INVITATION = Purpose("invitation", longest=500, good_for_s=86_400)  # the mail has it for longer


def keep(edge: Edge, request: Request, token: str) -> None:
    """Keeps it for a day, in this browser."""
    kept = edge.settings.signed.write(INVITATION, token)
    cookies.put(edge.settings, request.carried, COOKIE, kept, "Lax", INVITATION.good_for_s)


def kept(edge: Edge, request: Request) -> str:
    """Gives it, or nothing."""
    found = edge.settings.signed.read(INVITATION, cookies.value_of(edge.settings, request, COOKIE) or "")
    return found if isinstance(found, str) else ""


def forget(edge: Edge, request: Request) -> None:
    """Keeps it no longer."""
    if cookies.value_of(edge.settings, request, COOKIE) is not None:
        cookies.put(edge.settings, request.carried, COOKIE, "", "Lax", 0)
