"""Help with signing in, in words and pictures, and with mail that does not arrive (F17, F19)."""

from collections.abc import Mapping

from gateway.edge import Edge
from gateway.pages.page import page
from gateway.requests import Request
from gateway.responses import Response


def sign_in_help(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows what to do in each difficulty, with links to the forms."""
    sender = edge.college.addresses.registration
    return page(edge, request, "sign_in_help.html", sender=sender, sender_domain=sender.rpartition("@")[2])
