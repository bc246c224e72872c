"""Help with signing in, in words and pictures, and with mail that does not arrive (F17, F19)."""

from collections.abc import Mapping

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.form_page import LINKS
from gateway.portal.kit.page import render
from gateway.services import Edge


def sign_in_help(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Shows what to do in each difficulty, with links to the forms."""
    return render(edge, request, "account_recovery/sign_in_help.html", names=LINKS)
