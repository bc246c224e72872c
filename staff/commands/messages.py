"""The message log: what was written to whom, what it says, and what became of it."""

from uuid import UUID

import click

from services.common.kernel.text import Text
from services.contracts.correspondence.messages import (
    DELIVERY_STATES,
    GetLoggedMessage,
    ListMessageLog,
    LoggedMessage,
    LoggedMessageInFull,
    ResendMessage,
)
from services.contracts.correspondence.words import MESSAGE_KINDS
from staff.terminal.commands import argument, command, option, paged
from staff.terminal.context import Context
from staff.terminal.show import Page, instant


@command(
    "messages",
    Text(
        "List messages to people with their delivery, newest first.",
        "Lister les messages et leur livraison, les plus récents d’abord.",
    ),
    "messages --delivery bounced",
    "messages --account 0193a1b2-0000-7000-8000-000000000001",
)
@option(
    "--account",
    type=click.UUID,
    value=Text("ACCOUNT-ID", "ID-DU-COMPTE"),
    words=Text("Only to this account.", "Seulement à ce compte."),
)
@option(
    "--to",
    value=Text("ADDRESS", "ADRESSE"),
    words=Text("Only to addresses that begin so.", "Seulement aux adresses qui commencent ainsi."),
)
@option("--delivery", type=click.Choice(DELIVERY_STATES), words=Text("Only in this state.", "Seulement dans cet état."))
@paged
def messages(
    context: Context, account: UUID | None, to: str | None, delivery: str | None, limit: int, cursor: str | None
) -> None:
    """Lists the message log."""
    reply = context.call(ListMessageLog, account_id=account, to=to, delivery=delivery, limit=limit, cursor=cursor)
    context.show(ListMessageLog, reply, _draw_messages)


@command(
    "message",
    Text(
        "Show one message: to whom, its delivery, and its text without the link that was in the email only.",
        "Afficher un message : à qui, sa livraison, et son texte sans le lien qui ne figurait que dans le courriel.",
    ),
    "message 0193a1b2-0000-7000-8000-000000000001",
)
@argument("message_id", Text("MESSAGE-ID", "ID-DU-MESSAGE"), type=click.UUID)
def message(context: Context, message_id: UUID) -> None:
    """Shows one message."""
    context.show(GetLoggedMessage, context.call(GetLoggedMessage, message_id=message_id), _draw_message)


@command(
    "resend",
    Text("Send a message again, to the address now on file.", "Renvoyer un message, à l’adresse actuelle au dossier."),
    "resend 0193a1b2-0000-7000-8000-000000000001",
)
@argument("message_id", Text("MESSAGE-ID", "ID-DU-MESSAGE"), type=click.UUID)
def resend(context: Context, message_id: UUID) -> None:
    """Sends a message again."""
    context.show(
        ResendMessage, context.call(ResendMessage, message_id=message_id), lambda page, logged: _draw_rows(page, [logged])
    )


def _draw_messages(page: Page, reply: ListMessageLog.Reply) -> None:
    if not reply.messages:
        page.line(page.text("no-messages"))
        return
    _draw_rows(page, reply.messages)
    page.next_page(reply.next_cursor)


def _draw_message(page: Page, logged: LoggedMessageInFull) -> None:
    words = MESSAGE_KINDS.get(logged.kind)
    page.line(logged.subject, "bold")
    facts = [
        ("message-kind", words.in_(page.language) if words else logged.kind),
        ("recipient", logged.recipient),
        ("account", logged.account_id),
        ("written", instant(logged.written_at)),
        ("delivery", page.word("delivery", logged.delivery)),
        ("attempts", logged.attempts),
        ("delivered", instant(logged.delivered_at)),
        ("next-try", instant(logged.next_try_at)),
        ("sent-again", logged.sent_again),
        ("last-error", logged.last_error),
    ]
    page.facts((page.text(name), value) for name, value in facts)
    page.line()
    for line in logged.body.strip().split("\n"):
        page.line(line)


def _draw_rows(page: Page, rows: list[LoggedMessage]) -> None:
    page.table(
        ("message-number", "recipient", "subject", "written", "delivery", "attempts", "last-error"),
        (
            (
                logged.id,
                logged.recipient,
                logged.subject,
                instant(logged.written_at),
                page.word("delivery", logged.delivery),
                logged.attempts,
                logged.last_error,
            )
            for logged in rows
        ),
    )


COMMANDS = (messages, message, resend)
