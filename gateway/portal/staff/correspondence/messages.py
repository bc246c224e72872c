"""The message log: what was sent to whom, what it says, what became of it, and sending it again (F17)."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.rpc import ask
from gateway.portal.kit.texts import _, say
from gateway.portal.staff.applications import files
from gateway.portal.staff.kit import lists
from gateway.portal.staff.kit.csv_files import all_pages, csv_file
from gateway.services import Edge
from services.contracts.correspondence import (
    DELIVERY_STATES,
    MESSAGE_ORDERS,
    CannotResend,
    GetLoggedMessage,
    ListMessageLog,
    ResendMessage,
    words,
)
from services.contracts.roles import LETTER_READERS, REVIEWERS

COLUMNS = (_("Written"), _("To"), _("Subject"), _("Delivery"), _("Tries"), _("Delivered"), _("Error"))
LABELS = {"to": _("Beginning of the address"), "order": lists.ORDER}


def log(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Lists messages with their delivery, in an order."""
    chosen = _chosen(request)
    found = ask(edge, request, ListMessageLog, **chosen, cursor=request.query.get("cursor"))
    return render(
        edge,
        request,
        "staff/messages.html",
        found=found,
        chosen=chosen,
        looking=lists.form(chosen, LABELS),
        orders=lists.named(MESSAGE_ORDERS),
        states=words.DELIVERY_STATES,
        files=files.of_accounts(edge, request, (one["account_id"] for one in found["messages"])),
        reader=LETTER_READERS.admits(request.caller),
        reviewer=REVIEWERS.admits(request.caller),
    )


def one(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Shows a message with its text, as its person reads it; raises NotFound, OwnMatter."""
    found = ask(edge, request, GetLoggedMessage, message_id=path["message_id"])
    kind = words.MESSAGE_KINDS.get(found["kind"])
    return render(
        edge,
        request,
        "staff/message.html",
        message=found,
        paragraphs=found["body"].strip().split("\n\n"),
        kind=kind.in_(request.language) if kind else found["kind"],
        states=words.DELIVERY_STATES,
        file=files.of_accounts(edge, request, (found["account_id"],)).get(str(found["account_id"])),
        reviewer=REVIEWERS.admits(request.caller),
    )


def as_csv(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Gives the same list as a file for a spreadsheet."""
    found = all_pages(edge, request, ListMessageLog, "messages", **_chosen(request))
    return csv_file(edge, request, "messages", COLUMNS, (_row(one, request.language) for one in found))


def _row(one: dict[str, Any], language: str) -> list[Any]:
    state = say(language, words.DELIVERY_STATES[one["delivery"]])
    return [one["written_at"], one["recipient"], one["subject"], state, one["attempts"], one["delivered_at"], one["last_error"]]


def _chosen(request: Request) -> dict[str, str]:
    chosen = lists.chosen(request, "to", "account_id", delivery=DELIVERY_STATES, order=MESSAGE_ORDERS)
    with suppress(ValueError):
        UUID(chosen.get("account_id", ""))
        return chosen
    return {name: text for name, text in chosen.items() if name != "account_id"}


def resend(edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
    """Sends a message again to the address now on file."""
    try:
        ask(edge, request, ResendMessage, message_id=path["message_id"])
        flash(edge, request, Said.MESSAGE_SENT_AGAIN)
    except CannotResend as error:
        flash(edge, request, Said.WORDS, words=error.say(request.language))
    return redirect("/staff/messages")
