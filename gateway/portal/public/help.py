"""Help with signing in and with mail that does not arrive (F17, F19)."""

from collections.abc import Mapping

from gateway.edge import Edge
from gateway.portal.page import render
from gateway.requests import Request
from gateway.responses import Response


def sign_in_help(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Says how to sign in, and what to do in each difficulty."""
    return render(edge, request, "public/sign_in_help.html")


def mail_help(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Says where a mail of ours may be, and how to make sure that the next one arrives."""
    sender = edge.college.addresses.registration
    return render(edge, request, "public/mail_help.html", sender=sender, sender_domain=sender.rpartition("@")[2])
