"""Pages that only say something."""

from collections.abc import Mapping

from gateway.edge import Edge
from gateway.pages.page import page
from gateway.requests import Request
from gateway.responses import Response


def home(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Says whose system this is and where things are."""
    return page(edge, request, "home.html")


def portal(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Says that one's own things are behind the sign-in."""
    return page(edge, request, "notice.html", title="portal_title", text="portal", params={})


def payment_done(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Receives a payer who comes back from the provider; it says nothing of the payment, which only the signed notice tells."""
    return page(edge, request, "notice.html", title="paid_title", text="paid", params={})


def fees(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Says how to pay an invoice; nothing is told about it here."""
    return page(edge, request, "notice.html", title="fees_title", text="fees", params={"number": path["number"][:40]})
