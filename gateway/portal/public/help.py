"""Help with mail that does not arrive (F17)."""

from collections.abc import Mapping

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from gateway.services import Edge


def mail_help(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Says where a mail of ours may be, and how to make sure that the next one arrives."""
    return render(edge, request, "public/mail_help.html")
