"""Help with mail that does not arrive (F17)."""

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.page import render


def mail_help(context: Context) -> Response:
    """Says where a mail of ours may be, and how to make sure that the next one arrives."""
    return render(context, "public/mail_help.html")
