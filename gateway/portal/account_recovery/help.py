"""Help with signing in, in words and pictures, and with mail that does not arrive (F17, F19)."""

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.form_page import LINKS
from gateway.portal.kit.page import render


def sign_in_help(context: Context) -> Response:
    """Shows what to do in each difficulty, with links to the forms."""
    return render(context, "account_recovery/sign_in_help.html", names=LINKS)
