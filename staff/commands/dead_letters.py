"""Dead letters: what a service could not handle, listed, shown, replayed or discarded by a person."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import click

from services.common.duties.dead_letter_calls import DeadLetter, DeadLetterInFull, DeadLettersPage, DeadLettersReplayed
from services.common.kernel.contract import Answered
from services.common.kernel.errors import NotFound, ServiceError, Unavailable
from services.common.kernel.text import Text
from services.contracts import applications, billing, correspondence, identity, qa, registry
from staff.terminal.commands import StaffGroup, argument, command, option, paged
from staff.terminal.context import Context
from staff.terminal.exit_codes import NOT_REACHABLE, WrongValue
from staff.terminal.show import Page, instant

Answer = TypeVar("Answer")
OWNERS = {
    owner.__name__.rpartition(".")[2]: owner.dead_letters
    for owner in (identity, applications, registry, billing, qa, correspondence)
}
_EXAMPLE = "0193a1b2-0000-7000-8000-000000000001"
_id = argument("letter_id", Text("MESSAGE-ID", "ID-DU-MESSAGE"), type=click.UUID)
_of_service = option(
    "--service",
    type=click.Choice(list(OWNERS)),
    words=Text("Only of this service.", "Seulement dans ce service."),
)
_note = option(
    "--note",
    required=True,
    value=Text("TEXT", "TEXTE"),
    words=Text("Why (needed); the audit trail keeps it.", "Pourquoi (requis); la piste d’audit le conserve."),
)


@command(
    "list",
    Text(
        "List the messages that services could not handle, oldest first.",
        "Lister les messages que les services n’ont pas pu traiter, les plus anciens d’abord.",
    ),
    "dead-letters list",
    "dead-letters list --service billing --type ApplicationApproved",
)
@_of_service
@option("--type", "kind", value=Text("EVENT", "ÉVÉNEMENT"), words=Text("Only of this type.", "Seulement de ce type."))
@paged
def list_letters(context: Context, service: str | None, kind: str | None, limit: int, cursor: str | None) -> int:
    """Lists them; a service that does not answer is named, and the exit code says so."""
    if cursor and not service:
        raise WrongValue(context.text("cursor-needs-service"))
    asked = [service] if service else list(OWNERS)
    pages, silent = _ask_each(
        context, asked, lambda calls: (calls.ListDeadLetters, {"type": kind, "limit": limit, "cursor": cursor})
    )
    if context.as_json:
        context.print_json({name: OWNERS[name].ListDeadLetters.write_reply(reply) for name, reply in pages.items()})
    else:
        _draw_list(context.page, pages)
    for name in silent:
        click.echo(context.text("service-silent", service=name), err=True)
    return NOT_REACHABLE if silent else 0


@command(
    "show",
    Text(
        "Show a message with its error and history, and what it says to those who may see it.",
        "Afficher un message, son erreur et son historique, ainsi que son contenu aux personnes autorisées.",
    ),
    f"dead-letters show {_EXAMPLE}",
)
@_id
@_of_service
def show(context: Context, letter_id: UUID, service: str | None) -> None:
    """Shows it, in each service that has it."""
    found = _found(context, letter_id, service)
    if context.as_json:
        context.print_json({name: OWNERS[name].GetDeadLetter.write_reply(letter) for name, letter in found.items()})
        return
    for letter in found.values():
        _draw_letter(context.page, letter)


@command(
    "replay",
    Text(
        "Give a message to its handler again; nothing is doubled if it was handled before.",
        "Redonner un message à son traitement; rien n’est fait en double s’il a déjà été traité.",
    ),
    Text(
        f'dead-letters replay {_EXAMPLE} --note "The fee was added to the profile."',
        f'dead-letters replay {_EXAMPLE} --note "Les droits ont été ajoutés au profil."',
    ),
)
@_id
@_of_service
@_note
def replay(context: Context, letter_id: UUID, service: str | None, note: str) -> None:
    """Replays one."""
    call = OWNERS[_only(context, letter_id, service)].ReplayDeadLetter
    context.show(call, context.call(call, letter_id=letter_id, note=note), _told("letter-replayed"))


@command(
    "discard",
    Text("Remove a message for good.", "Retirer un message pour de bon."),
    Text(
        f'dead-letters discard {_EXAMPLE} --note "Sent by hand in a test."',
        f'dead-letters discard {_EXAMPLE} --note "Envoyé à la main lors d’un essai."',
    ),
)
@_id
@_of_service
@_note
def discard(context: Context, letter_id: UUID, service: str | None, note: str) -> None:
    """Discards one."""
    call = OWNERS[_only(context, letter_id, service)].DiscardDeadLetter
    context.show(call, context.call(call, letter_id=letter_id, note=note), _told("letter-discarded"))


@command(
    "replay-all",
    Text(
        "Give the oldest messages of a type, at most 100, to their handler again.",
        "Redonner à leur traitement les plus anciens messages d’un type, au plus 100.",
    ),
    Text(
        'dead-letters replay-all --service registry --type PaymentReceived --note "The service was mended."',
        'dead-letters replay-all --service registry --type PaymentReceived --note "Le service a été réparé."',
    ),
)
@option("--service", required=True, type=click.Choice(list(OWNERS)), words=Text("Of this service.", "De ce service."))
@option("--type", "kind", required=True, value=Text("EVENT", "ÉVÉNEMENT"), words=Text("Of this type.", "De ce type."))
@_note
def replay_all(context: Context, service: str, kind: str, note: str) -> None:
    """Replays those of a type."""
    call = OWNERS[service].ReplayDeadLetters
    context.show(call, context.call(call, type=kind, note=note), _draw_replayed)


def _ask_each(
    context: Context, services: Iterable[str], question: Callable[[Any], tuple[type[Answered[Answer]], dict[str, Any]]]
) -> tuple[dict[str, Answer], list[str]]:
    # One service that is away must not hide what the others have to tell.
    replies: dict[str, Answer] = {}
    silent: list[str] = []
    fault: ServiceError | None = None
    for name in services:
        call, request = question(OWNERS[name])
        try:
            replies[name] = context.call(call, **request)
        except NotFound as error:
            fault = fault or error
        except Unavailable as error:
            silent.append(name)
            fault = error
    if not replies and fault is not None:
        raise fault
    return replies, silent


def _found(context: Context, letter_id: UUID, service: str | None) -> dict[str, DeadLetterInFull]:
    asked = [service] if service else list(OWNERS)
    return _ask_each(context, asked, lambda calls: (calls.GetDeadLetter, {"letter_id": letter_id}))[0]


def _only(context: Context, letter_id: UUID, service: str | None) -> str:
    # An event has one id wherever it is heard: it may be dead-lettered in two services, and a person says which is meant.
    if service:
        return service
    places = list(_found(context, letter_id, None))
    if len(places) > 1:
        raise WrongValue(context.text("which-service", services=", ".join(places)))
    return places[0]


def _draw_list(page: Page, pages: dict[str, DeadLettersPage]) -> None:
    rows = [letter for reply in pages.values() for letter in reply.letters]
    if not rows:
        page.line(page.text("no-letters"))
    else:
        page.table(
            ("message-number", "service", "event", "tries", "parked", "last-error"),
            (
                (letter.id, letter.service, letter.type, letter.attempts, _when(letter.parked_at), letter.error)
                for letter in sorted(rows, key=lambda letter: letter.parked_at or "")
            ),
        )
    for name, reply in pages.items():
        if cursor := reply.next_cursor:
            page.line(page.text("more-letters", service=name, parked=reply.parked, cursor=cursor))


def _draw_letter(page: Page, letter: DeadLetterInFull) -> None:
    page.facts(
        (
            (page.text("message-number"), letter.id),
            (page.text("service"), letter.service),
            (page.text("event"), letter.type),
            (page.text("handler"), letter.handler),
            (page.text("announced-by"), letter.owner),
            (page.text("by"), letter.actor),
            (page.text("happened"), _when(letter.occurred_at)),
            (page.text("parked"), _when(letter.parked_at)),
            (page.text("correlation"), letter.correlation_id),
        )
    )
    page.heading("history")
    page.table(
        ("when", "what"),
        ((_when(entry.at), entry.error or page.text("replayed-here")) for entry in letter.history),
    )
    page.heading("content")
    if not letter.data_shown:
        page.line(page.text("content-not-for-you"))
    elif letter.data is not None:
        page.line(json.dumps(letter.data, ensure_ascii=False, indent=2))
    else:
        page.line(letter.content or "")


def _draw_replayed(page: Page, done: DeadLettersReplayed) -> None:
    page.line(page.text("letters-replayed", replayed=done.replayed, left=done.left))


def _told(words: str) -> Callable[[Page, DeadLetter], None]:
    return lambda page, letter: page.line(page.text(words, id=letter.id, service=letter.service, type=letter.type or "—"))


def _when(told: str | None) -> str | None:
    # As the message tells it: what is no instant is shown as it is.
    try:
        return instant(datetime.fromisoformat(told)) if told else None
    except ValueError:
        return told


dead_letters = StaffGroup(
    "dead-letters",
    words=Text(
        "Look at messages that services could not handle; replay or discard them.",
        "Consulter les messages que les services n’ont pas pu traiter; les relancer ou les écarter.",
    ),
    examples=("dead-letters list", f"dead-letters show {_EXAMPLE}"),
)
for subcommand in (list_letters, show, replay, discard, replay_all):
    dead_letters.add_command(subcommand)

COMMANDS = (dead_letters,)
