"""The first page: where everything is."""

from collections.abc import Mapping

from gateway.edge import Edge
from gateway.portal.page import render
from gateway.requests import Request
from gateway.responses import Response


def home(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Says whose service this is and where to go in it."""
    return render(edge, request, "public/home.html")
