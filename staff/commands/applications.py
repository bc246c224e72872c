"""The queue, one application, its notes and documents."""

import itertools
from contextlib import suppress
from typing import Any
from uuid import UUID

import click

from services.common.kernel.email_addresses import meant
from services.common.kernel.errors import NotFound, ServiceError
from services.common.kernel.references import InvalidReference, Numbering
from services.common.kernel.text import Text
from services.contracts.applications import states
from services.contracts.applications.applicant import GetForm
from services.contracts.applications.review import AddNote, DecideDocument, GetApplication, ListApplications
from services.contracts.applications.shapes import Summary
from services.contracts.identity.administration import FindAccounts, GetPreferredLanguage
from staff.commands.application_page import draw_application, draw_document, draw_queue
from staff.terminal.commands import argument, command, option, paged
from staff.terminal.context import Context

REFERENCE = Text("REFERENCE|ID", "RÉFÉRENCE|ID")
_NOBODY = UUID(int=0)


def spellings(reference: str) -> list[str]:
    """Gives what to look up for a reference as it was typed: in capitals, then in its written form if dashes were left out. Pure."""
    typed = reference.strip().upper()
    plain = "".join(character for character in typed if character.isalnum())
    prefix = "".join(itertools.takewhile(str.isalpha, plain))
    try:
        written = Numbering(prefix, width=1).read(plain)
    except InvalidReference:
        return [typed]
    return list(dict.fromkeys((typed, written)))


def find(context: Context, reference: str) -> UUID:
    """Gives the id of the application that a reference (in any case, with or without dashes) or an id means; raises NotFound."""
    try:
        return UUID(reference)
    except ValueError:
        pass
    for spelling in spellings(reference):
        for application in context.call(ListApplications, reference=spelling).applications:
            if application.reference == spelling:  # a step is taken on what was named, never on what merely resembles it
                return application.id
    raise NotFound()


def load(context: Context, reference: str) -> GetApplication.Reply:
    """Gives the whole file of the application that a reference or an id means; raises NotFound."""
    return context.call(GetApplication, application_id=find(context, reference))


def language_of(context: Context, application: Summary) -> str | None:
    """Gives the language in which the applicant reads what is written to them; nothing where identity does not tell."""
    with suppress(ServiceError):
        return context.call(GetPreferredLanguage, account_id=application.account_id).language
    return None


@command(
    "queue",
    Text(
        "List applications, oldest submission first, with how many are in each state.",
        "Lister les demandes, les plus anciennes d’abord, avec leur nombre par état.",
    ),
    "queue --state submitted",
    "queue --state in_review --limit 50",
    "queue --find 0000017",
    "queue --find ana@example.org",
)
@option("--state", type=click.Choice(states.ALL), words=Text("Only those in this state.", "Seulement celles dans cet état."))
@option(
    "--find",
    "typed",
    value=Text("TEXT", "TEXTE"),
    words=Text(
        "Only those of this name, reference or part of one, registration number or email address.",
        "Seulement celles de ce nom, de ce numéro de référence (ou d’une partie), de ce numéro d’inscription ou de cette adresse courriel.",
    ),
)
@paged
def queue(context: Context, state: str | None, typed: str | None, limit: int, cursor: str | None) -> None:
    """Lists applications."""
    wanted = _wanted(context, typed) if typed else {}
    reply = context.call(ListApplications, state=state, **wanted, limit=limit, cursor=cursor)
    context.show(ListApplications, reply, lambda page, found: draw_queue(page, found, state, typed))


def _wanted(context: Context, typed: str) -> dict[str, Any]:
    # Only identity knows addresses; who may not see them is refused there.
    if "@" not in typed:
        return {"text": typed}
    accounts = {account.email: account.id for account in context.call(FindAccounts, text=typed).accounts}
    return {"account_id": accounts.get(meant(typed, accounts) or "", _NOBODY)}


@command(
    "show",
    Text(
        "Show one application: answers, requirements, documents, notes, timeline, and what you may do now.",
        "Afficher une demande : réponses, exigences, documents, notes, chronologie, et ce que vous pouvez faire maintenant.",
    ),
    "show APP-000017-B",
    "show app000017b --language fr",
)
@argument("reference", REFERENCE)
def show(context: Context, reference: str) -> None:
    """Shows one application."""
    application = load(context, reference)
    form = [] if context.as_json else context.call(GetForm, day=application.judged_on).pages
    reads = None if context.as_json else language_of(context, application)
    context.show(GetApplication, application, lambda page, found: draw_application(page, found, form, reads))


@command(
    "note",
    Text(
        "Add a review note; the applicant never sees it.",
        "Ajouter une note d’examen; la personne candidate ne la voit jamais.",
    ),
    Text(
        'note APP-000017-B "Called the school; the transcript is on its way."',
        'note APP-000017-B "École jointe; le relevé de notes est en route."',
    ),
)
@argument("reference", REFERENCE)
@argument("text", Text("TEXT", "TEXTE"))
def note(context: Context, reference: str, text: str) -> None:
    """Adds a note."""
    reply = context.call(AddNote, application_id=find(context, reference), text=text)
    context.show(AddNote, reply, lambda page, _: page.line(page.text("note-added", reference=reference)))


# Two officers at one document: the second is told of the first if the version that was looked at is named.
pinned = option(
    "--version",
    type=click.IntRange(min=0),
    value=Text("N", "N"),
    words=Text(
        "Decide on this version of the document only (“show” tells it).",
        "Ne décider que sur cette version du document (voir « show »).",
    ),
)


@command(
    "accept-document",
    Text(
        "Accept a document; the applicant sees it at once.",
        "Accepter un document; la personne candidate le voit aussitôt.",
    ),
    "accept-document 0193a1b2-0000-7000-8000-000000000001",
)
@argument("document_id", Text("DOCUMENT-ID", "ID-DU-DOCUMENT"), type=click.UUID)
@pinned
def accept_document(context: Context, document_id: UUID, version: int | None) -> None:
    """Accepts a document."""
    context.show(
        DecideDocument, context.call(DecideDocument, document_id=document_id, accepted=True, version=version), draw_document
    )


@command(
    "refuse-document",
    Text(
        "Refuse a document and say why; the applicant sees it at once.",
        "Refuser un document et dire pourquoi; la personne le voit aussitôt.",
    ),
    Text(
        'refuse-document 0193a1b2-0000-7000-8000-000000000001 --reason "The second page is missing."',
        'refuse-document 0193a1b2-0000-7000-8000-000000000001 --reason "Il manque la deuxième page."',
    ),
)
@argument("document_id", Text("DOCUMENT-ID", "ID-DU-DOCUMENT"), type=click.UUID)
@option("--reason", required=True, value=Text("TEXT", "TEXTE"), words=Text("Why (needed).", "Pourquoi (requis)."))
@pinned
def refuse_document(context: Context, document_id: UUID, reason: str, version: int | None) -> None:
    """Refuses a document."""
    request = {"document_id": document_id, "accepted": False, "reason": reason, "version": version}
    context.show(DecideDocument, context.call(DecideDocument, **request), draw_document)


COMMANDS = (queue, show, note, accept_document, refuse_document)
