"""The message log: what was sent to whom, what it says, what became of it, and sending it again (F17)."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from gateway.context import Context
from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.texts import _, say
from gateway.portal.staff.applications import files
from gateway.portal.staff.kit import lists
from gateway.portal.staff.kit.csv_files import all_pages, csv_file
from services.contracts.correspondence import words
from services.contracts.correspondence.messages import (
    DELIVERY_STATES,
    MESSAGE_ORDERS,
    CannotResend,
    GetLoggedMessage,
    ListMessageLog,
    LoggedMessage,
    ResendMessage,
)
from services.contracts.roles import LETTER_READERS, REVIEWERS

COLUMNS = (_("Written"), _("To"), _("Subject"), _("Delivery"), _("Tries"), _("Delivered"), _("Error"))
LABELS = {"to": _("Beginning of the address"), "order": lists.ORDER}


def log(context: Context) -> Response:
    """Lists messages with their delivery, in an order."""
    chosen = _chosen(context.request)
    found = context.ask(ListMessageLog, **chosen, cursor=context.request.query.get("cursor"))
    return render(
        context,
        "staff/messages.html",
        found=found,
        chosen=chosen,
        looking=lists.form(chosen, LABELS),
        orders=lists.named(MESSAGE_ORDERS),
        states=words.DELIVERY_STATES,
        files=files.of_accounts(context, (message.account_id for message in found.messages)),
        reader=LETTER_READERS.admits(context.caller),
        reviewer=REVIEWERS.admits(context.caller),
    )


def message(context: Context) -> Response:
    """Shows a message with its text, as its person reads it; raises NotFound, OwnMatter."""
    found = context.ask(GetLoggedMessage, message_id=context.path["message_id"])
    kind = words.MESSAGE_KINDS.get(found.kind)
    return render(
        context,
        "staff/message.html",
        message=found,
        paragraphs=found.body.strip().split("\n\n"),
        kind=kind.in_(context.language) if kind else found.kind,
        states=words.DELIVERY_STATES,
        file=files.of_accounts(context, (found.account_id,)).get(str(found.account_id)),
        reviewer=REVIEWERS.admits(context.caller),
    )


def as_csv(context: Context) -> Response:
    """Gives the same list as a file for a spreadsheet."""
    found = all_pages(context, ListMessageLog, lambda page: page.messages, **_chosen(context.request))
    return csv_file(context, "messages", COLUMNS, (_row(message, context.language) for message in found))


def _row(message: LoggedMessage, language: str) -> list[Any]:
    state = say(language, words.DELIVERY_STATES[message.delivery])
    return [
        message.written_at,
        message.recipient,
        message.subject,
        state,
        message.attempts,
        message.delivered_at,
        message.last_error,
    ]


def _chosen(request: Request) -> dict[str, str]:
    chosen = lists.chosen(request, "to", "account_id", delivery=DELIVERY_STATES, order=MESSAGE_ORDERS)
    with suppress(ValueError):
        UUID(chosen.get("account_id", ""))
        return chosen
    return {name: text for name, text in chosen.items() if name != "account_id"}


def resend(context: Context) -> Response:
    """Sends a message again to the address now on file."""
    try:
        context.ask(ResendMessage, message_id=context.path["message_id"])
        flash(context, Said.MESSAGE_SENT_AGAIN)
    except CannotResend as error:
        flash(context, Said.WORDS, words=error.say(context.language))
    return redirect("/staff/messages")
