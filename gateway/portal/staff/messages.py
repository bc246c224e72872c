"""The message log: what was sent to whom, what became of it, and sending it again (F17)."""

from collections.abc import Mapping

from gateway.edge import Edge
from gateway.portal.ask import ask
from gateway.portal.flash import flash
from gateway.portal.page import redirect, render
from gateway.portal.texts import _
from gateway.requests import Request
from gateway.responses import Response
from services.contracts.correspondence import DELIVERY_STATES, CannotResend, ListMessageLog, ResendMessage

STATES = {
    "waiting": _("Waiting"),
    "sent": _("Sent"),
    "retrying": _("Trying again"),
    "bounced": _("Refused by the mailbox"),
    "given_up": _("Given up"),
}


def log(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Lists messages with their delivery, newest first."""
    delivery = request.query.get("delivery")
    delivery = delivery if delivery in DELIVERY_STATES else None
    found = ask(edge, request, ListMessageLog, delivery=delivery, cursor=request.query.get("cursor"))
    return render(edge, request, "staff/messages.html", found=found, delivery=delivery, states=STATES)


def resend(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Sends a message again to the address now on file."""
    try:
        ask(edge, request, ResendMessage, message_id=path["message_id"])
        flash(edge, request, _("The message is sent again."))
    except CannotResend as error:
        flash(edge, request, error.say(request.language).replace("%", "%%"))
    return redirect("/staff/messages")
