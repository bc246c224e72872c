"""The first page: where everything is."""

from collections.abc import Mapping

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from gateway.services import Edge


def home(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Says whose service this is and where to go in it."""
    return render(edge, request, "public/home.html")
