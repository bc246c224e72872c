"""Help with mail that does not arrive (F17)."""

from collections.abc import Mapping

from gateway.edge import Edge
from gateway.portal.page import render
from gateway.requests import Request
from gateway.responses import Response


def mail_help(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Says where a mail of ours may be, and how to make sure that the next one arrives."""
    return render(edge, request, "public/mail_help.html")
