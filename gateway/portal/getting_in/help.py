"""Help with signing in, in words and pictures, and with mail that does not arrive (F17, F19)."""

from collections.abc import Mapping

from gateway.edge import Edge
from gateway.portal.form_page import LINKS
from gateway.portal.page import render
from gateway.requests import Request
from gateway.responses import Response


def sign_in_help(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows what to do in each difficulty, with links to the forms."""
    return render(edge, request, "getting_in/sign_in_help.html", names=LINKS)
