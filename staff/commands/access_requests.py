"""Requests to support for a way back in: seen, compared with what is on file, decided by one person and confirmed by another (F10)."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import UUID

import click

from services.common.kernel.contract import Answered
from services.common.kernel.errors import NotFound
from services.common.kernel.text import Text
from services.contracts.applications.review import CompareFacts
from services.contracts.identity.support import (
    FACTS,
    RESULTS,
    STATES,
    AccessRequestInFull,
    CheckedFact,
    ConfirmAccessDecision,
    DecideAccessRequest,
    GetAccessRequest,
    ListAccessRequests,
)
from staff.commands.applications import spellings
from staff.commands.steps import confirmed
from staff.terminal.commands import StaffGroup, argument, command, option, paged
from staff.terminal.context import Context
from staff.terminal.exit_codes import WrongValue
from staff.terminal.show import Page, instant

_EXAMPLE = "0193a1b2-0000-7000-8000-000000000001"
_LARGEST = 100
_request = argument("reference", Text("REFERENCE|ID", "RÉFÉRENCE|ID"))


def _account(required: bool, words: Text) -> Callable[[Callable], Callable]:
    return option("--account", required=required, type=click.UUID, value=Text("ACCOUNT-ID", "ID-DU-COMPTE"), words=words)


_checks = option(
    "--check",
    "checks",
    multiple=True,
    value=Text("FACT=RESULT", "FAIT=RÉSULTAT"),
    words=Text(
        f"What was compared, and what came of it; may be repeated. Facts: {', '.join(FACTS)}. Results: {', '.join(RESULTS)}.",
        f"Ce qui a été comparé, et le résultat; répétable. Faits : {', '.join(FACTS)}. Résultats : {', '.join(RESULTS)}.",
    ),
)
_note = option(
    "--note",
    required=True,
    value=Text("TEXT", "TEXTE"),
    words=Text("Why (needed); the audit trail keeps it.", "Pourquoi (requis); la piste d’audit le conserve."),
)


def find(context: Context, reference: str) -> UUID:
    """Gives the id of the request that a reference or an id means; raises NotFound."""
    try:
        return UUID(reference)
    except ValueError:
        pass
    wanted, cursor, further = spellings(reference), None, True
    while further:
        page = context.call(ListAccessRequests, limit=_LARGEST, cursor=cursor)
        for request in page.requests:
            if request.reference in wanted:
                return request.id
        cursor = page.next_cursor
        further = cursor is not None
    raise NotFound()


@command(
    "list",
    Text("List the requests, oldest first.", "Lister les demandes d’accès, les plus anciennes d’abord."),
    "access-requests list --state open",
    "access-requests list --state proposed",
)
@option("--state", type=click.Choice(STATES), words=Text("Only those in this state.", "Seulement celles dans cet état."))
@paged
def list_requests(context: Context, state: str | None, limit: int, cursor: str | None) -> None:
    """Lists them."""
    context.show(ListAccessRequests, context.call(ListAccessRequests, state=state, limit=limit, cursor=cursor), _draw_list)


@command(
    "show",
    Text(
        "Show a request with what was stated; that you looked is in the audit trail.",
        "Afficher une demande et ce qui y est déclaré; votre consultation figure dans la piste d’audit.",
    ),
    "access-requests show HELP-000017-B",
)
@_request
def show(context: Context, reference: str) -> None:
    """Shows one."""
    context.show(GetAccessRequest, context.call(GetAccessRequest, request_id=find(context, reference)), _draw_request)


@command(
    "compare",
    Text(
        "Compare what was stated with the application of an account; what is on file is not shown.",
        "Comparer ce qui est déclaré avec la demande d’un compte; le contenu du dossier n’est pas affiché.",
    ),
    f"access-requests compare HELP-000017-B --account {_EXAMPLE}",
)
@_request
@_account(True, Text("Whose account it may be (needed).", "De qui ce compte pourrait être (requis)."))
def compare(context: Context, reference: str, account: UUID) -> None:
    """Compares."""
    stated = context.call(GetAccessRequest, request_id=find(context, reference)).stated
    reply = context.call(
        CompareFacts,
        account_id=account,
        legal_name=stated.legal_name,
        date_of_birth=stated.date_of_birth,
        phone=stated.phone,
        postal_code=stated.postal_code,
    )
    context.show(CompareFacts, reply, lambda page, compared: _draw_checks(page, compared.checks))


@command(
    "approve",
    Text(
        "Approve a request; where the College wants four eyes, a colleague must confirm it first.",
        "Approuver une demande; si l’Ordre exige deux personnes, une ou un collègue doit d’abord confirmer.",
    ),
    Text(
        f"access-requests approve HELP-000017-B --account {_EXAMPLE} --check legal_name=matches --check call_back=matches "
        '--note "Called the number on file."',
        f"access-requests approve HELP-000017-B --account {_EXAMPLE} --check legal_name=matches --check call_back=matches "
        '--note "Rappel au numéro du dossier."',
    ),
)
@_request
@_account(True, Text("Whose account it is (needed).", "Le compte de la personne (requis)."))
@_checks
@_note
@confirmed
def approve(context: Context, reference: str, account: UUID, checks: tuple[str, ...], note: str, yes: bool) -> None:
    """Approves, or proposes to."""
    made = [_check(context, given) for given in checks]
    request = _asked_about(context, reference, None if yes else "confirm-access", account=account)
    _decide(context, DecideAccessRequest, request.id, account_id=account, outcome="approved", checks=made, note=note)


@command(
    "refuse",
    Text("Refuse a request; the address it came from is told.", "Refuser une demande; l’adresse d’où elle vient est avisée."),
    Text(
        'access-requests refuse HELP-000017-B --check date_of_birth=differs --note "Two facts do not fit."',
        'access-requests refuse HELP-000017-B --check date_of_birth=differs --note "Deux faits ne concordent pas."',
    ),
)
@_request
@_account(False, Text("Whose account it was said to be.", "Le compte dont il s’agirait."))
@_checks
@_note
@confirmed
def refuse(context: Context, reference: str, account: UUID | None, checks: tuple[str, ...], note: str, yes: bool) -> None:
    """Refuses."""
    made = [_check(context, given) for given in checks]
    request = _asked_about(context, reference, None if yes else "confirm-no-access")
    _decide(context, DecideAccessRequest, request.id, account_id=account, outcome="refused", checks=made, note=note)


@command(
    "confirm",
    Text(
        "Confirm an approval that a colleague proposed; it takes effect at once.",
        "Confirmer une approbation proposée par une ou un collègue; elle prend effet aussitôt.",
    ),
    Text(
        'access-requests confirm HELP-000017-B --note "Compared it too."',
        'access-requests confirm HELP-000017-B --note "Comparé aussi."',
    ),
)
@_request
@_note
@confirmed
def confirm(context: Context, reference: str, note: str, yes: bool) -> None:
    """Confirms."""
    request = _asked_about(context, reference, None if yes else "confirm-access")
    _decide(context, ConfirmAccessDecision, request.id, agree=True, note=note)


@command(
    "reject",
    Text(
        "Reject an approval that a colleague proposed; the request is open again.",
        "Rejeter une approbation proposée par une ou un collègue; la demande est de nouveau ouverte.",
    ),
    Text(
        'access-requests reject HELP-000017-B --note "Nobody called back."',
        'access-requests reject HELP-000017-B --note "Personne n’a rappelé."',
    ),
)
@_request
@_note
def reject(context: Context, reference: str, note: str) -> None:
    """Rejects."""
    _decide(context, ConfirmAccessDecision, find(context, reference), agree=False, note=note)


def _check(context: Context, given: str) -> dict[str, str]:
    fact, _, result = (part.strip() for part in given.partition("="))
    if fact not in FACTS or result not in RESULTS:
        raise WrongValue(context.text("say-check", facts=", ".join(FACTS), results=", ".join(RESULTS)))
    return {"fact": fact, "result": result}


def _asked_about(context: Context, reference: str, question: str | None, account: UUID | None = None) -> AccessRequestInFull:
    request = context.call(GetAccessRequest, request_id=find(context, reference))
    if question:
        kind = context.page.within("request-kind", request.kind)
        about = {"reference": request.reference, "kind": kind, "email": request.contact_email}
        context.confirm(context.text(question, account=account or request.account_id, **about))
    return request


def _decide(context: Context, contract: type[Answered[AccessRequestInFull]], request_id: UUID, **decision: Any) -> None:
    context.show(contract, context.call(contract, request_id=request_id, **decision), _draw_request)


def _draw_list(page: Page, reply: ListAccessRequests.Reply) -> None:
    if not reply.requests:
        page.line(page.text("no-requests"))
        return
    page.table(
        ("reference", "lost", "state", "received", "decided"),
        (
            (
                request.reference,
                page.word("request-kind", request.kind),
                page.word("request", request.state),
                instant(request.asked_at),
                instant(request.decided_at),
            )
            for request in reply.requests
        ),
    )
    page.next_page(reply.next_cursor)


def _draw_request(page: Page, request: AccessRequestInFull) -> None:
    page.line(f"{request.reference}  {page.word('request-kind', request.kind)}", "bold")
    page.facts(
        (
            (page.text("state"), page.word("request", request.state)),
            (page.text("received"), instant(request.asked_at)),
            (page.text("email"), request.contact_email),
            (page.text("language"), page.word("language", request.language)),
            (page.text("message"), request.message),
            (page.text("account"), request.account_id),
            (page.text("note"), request.note),
            (page.text("proposed-by"), request.proposed_by),
            (page.text("decided-by"), request.decided_by),
            (page.text("decided"), instant(request.decided_at)),
        )
    )
    page.heading("stated")
    page.facts((page.word("fact", fact), value) for fact, value in asdict(request.stated).items() if value)
    if request.checks:
        page.heading("compared")
        _draw_checks(page, request.checks)
    if request.state == "proposed":
        page.line(page.text("needs-second"))


def _draw_checks(page: Page, checks: list[CheckedFact]) -> None:
    if not checks:
        page.line(page.text("nothing-compared"))
        return
    page.table(
        ("fact", "result", "code"),
        ((page.word("fact", check.fact), page.word("result", check.result), f"{check.fact}={check.result}") for check in checks),
    )


access_requests = StaffGroup(
    "access-requests",
    words=Text(
        "Look after requests of people who lost their email or their second step.",
        "Traiter les demandes de personnes qui ont perdu leur courriel ou leur deuxième étape.",
    ),
    examples=("access-requests list --state open", "access-requests show HELP-000017-B"),
)
for subcommand in (list_requests, show, compare, approve, refuse, confirm, reject):
    access_requests.add_command(subcommand)

COMMANDS = (access_requests,)
