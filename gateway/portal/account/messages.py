"""The inbox: every message of the college, as it was mailed (F17)."""

from collections.abc import Mapping

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from gateway.portal.kit.rpc import ask
from gateway.services import Edge
from services.contracts.correspondence import ListMessages, ReadMessage


def inbox(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Lists the caller's messages, newest first."""
    found = ask(edge, request, ListMessages, cursor=request.query.get("cursor"))
    return render(edge, request, "account/inbox.html", found=found, unread=found["unread"])


def message(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Shows a message and marks it as read; raises NotFound."""
    found = ask(edge, request, ReadMessage, message_id=path["message_id"])
    return render(edge, request, "account/message.html", message=found, paragraphs=found["body"].strip().split("\n\n"))
