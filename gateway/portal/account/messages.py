"""The inbox: every message of the college, as it was mailed (F17)."""

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from services.contracts.correspondence.messages import ListMessages, ReadMessage


def inbox(context: Context) -> Response:
    """Lists the caller's messages, newest first."""
    found = context.ask(ListMessages, cursor=context.request.query.get("cursor"))
    return render(context, "account/inbox.html", found=found, unread=found.unread)


def message(context: Context) -> Response:
    """Shows a message and marks it as read; raises NotFound."""
    found = context.ask(ReadMessage, message_id=context.path["message_id"])
    return render(context, "account/message.html", message=found, paragraphs=found.body.strip().split("\n\n"))
