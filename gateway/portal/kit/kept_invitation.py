"""The secret of an invitation while its reader signs in or opens an account: in a cookie of ours, so that it is in no further address."""

from gateway.context import Context
from gateway.http import cookies
from gateway.http.signed_values import Purpose

PAGE = "/delegation"
COOKIE = "college-invitation"
INVITATION = Purpose("invitation", longest=500, good_for_s=86_400)  # the mail has it for longer


def keep(context: Context, token: str) -> None:
    """Keeps it for a day, in this browser."""
    kept = context.settings.signed.write(INVITATION, token)
    cookies.put(context.settings, context.request.carried, COOKIE, kept, "Lax", INVITATION.good_for_s)


def kept(context: Context) -> str:
    """Gives it, or nothing."""
    found = context.settings.signed.read(INVITATION, cookies.value_of(context.settings, context.request, COOKIE) or "")
    return found if isinstance(found, str) else ""


def forget(context: Context) -> None:
    """Keeps it no longer."""
    if cookies.value_of(context.settings, context.request, COOKIE) is not None:
        cookies.put(context.settings, context.request.carried, COOKIE, "", "Lax", 0)
