"""The steps of a review. Each loads the application first and names the version it was decided on, so that nobody overrides a colleague."""

import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click

from services.common.kernel.contract import Answered
from services.common.kernel.text import Text
from services.contracts.applications import states
from services.contracts.applications.review import BeginReview, Decide, MarkComplete, ReferToCommittee, RequestMore
from services.contracts.applications.shapes import Summary
from staff.commands.application_page import draw_summary
from staff.commands.applications import REFERENCE, language_of, load
from staff.terminal.commands import argument, command, option
from staff.terminal.context import Context
from staff.terminal.exit_codes import WrongValue

TEXT = Text("TEXT", "TEXTE")
WHY = Text('CODE="WHY"', 'CODE="POURQUOI"')


def step(function: Callable) -> Callable:
    """Adds what every step takes: which application, and the version if it is to be pinned."""
    version = option(
        "--version",
        type=click.IntRange(min=0),
        value=Text("N", "N"),
        words=Text(
            "Take the step on this version only; else on the present one.",
            "N’agir que sur cette version; sinon sur la version actuelle.",
        ),
    )
    return argument("reference", REFERENCE)(version(function))


def confirmed(function: Callable) -> Callable:
    """Adds --yes to a decision, which is confirmed otherwise."""
    return option("--yes", is_flag=True, words=Text("Do not ask for confirmation.", "Ne pas demander de confirmation."))(function)


def _take(
    context: Context,
    contract: type[Answered[Summary]],
    reference: str,
    version: int | None,
    question: str | None = None,
    **request: Any,
) -> None:
    application = load(context, reference)
    if question:
        name = application.applicant_name or context.text("nameless")
        words = context.text(question, reference=application.reference, name=name, count=len(request.get("terms", ())))
        # Reasons are read in the applicant's language: who wrote them in the other sees it before they are sent.
        reads = language_of(context, application) if request.get("reasons") else None
        context.confirm(f"{context.text(f'reads.{reads}')} {words}" if reads else words)
    version = application.version if version is None else version
    context.show(contract, context.call(contract, application_id=application.id, version=version, **request), draw_summary)


@command(
    "complete",
    Text("Find a submitted application complete.", "Déclarer complète une demande soumise."),
    "complete APP-000017-B",
)
@step
def complete(context: Context, reference: str, version: int | None) -> None:
    """Finds an application complete."""
    _take(context, MarkComplete, reference, version)


@command(
    "begin-review",
    Text("Begin the review of a complete application.", "Commencer l’examen d’une demande complète."),
    "begin-review APP-000017-B",
)
@step
def begin_review(context: Context, reference: str, version: int | None) -> None:
    """Begins the review."""
    _take(context, BeginReview, reference, version)


@command(
    "request-more",
    Text(
        "Ask the applicant for more: reopens the fields and requirements named, and tells the applicant.",
        "Demander des renseignements : rouvre les champs et exigences nommés, et avise la personne candidate.",
    ),
    Text(
        'request-more APP-000017-B --requirement transcript="The last term is missing." --due 2027-01-15',
        'request-more APP-000017-B --requirement transcript="Il manque le dernier trimestre." --due 2027-01-15',
    ),
    Text(
        'request-more APP-000017-B --field phone="The number has a digit too few."',
        'request-more APP-000017-B --field phone="Il manque un chiffre au numéro."',
    ),
)
@step
@option(
    "--field",
    "asked_fields",
    multiple=True,
    value=WHY,
    words=Text("A field of the form; may be repeated.", "Un champ du formulaire; répétable."),
)
@option(
    "--requirement",
    "asked_requirements",
    multiple=True,
    value=WHY,
    words=Text("A requirement; may be repeated.", "Une exigence; répétable."),
)
@option(
    "--due",
    type=click.DateTime(["%Y-%m-%d"]),
    value=Text("YYYY-MM-DD", "AAAA-MM-JJ"),
    words=Text("By when; else as the College’s profile says.", "Pour quand; sinon selon le profil de l’Ordre."),
)
def request_more(
    context: Context,
    reference: str,
    version: int | None,
    asked_fields: tuple[str, ...],
    asked_requirements: tuple[str, ...],
    due: datetime | None,
) -> None:
    """Asks for more."""
    items = [_item(context, "field", given) for given in asked_fields] + [
        _item(context, "requirement", given) for given in asked_requirements
    ]
    if not items:
        raise WrongValue(context.text("ask-for-something"))
    due_on: date | None = due.date() if due else None
    _take(context, RequestMore, reference, version, items=items, due_on=due_on)


def _item(context: Context, kind: str, given: str) -> dict[str, str]:
    code, _, why = (part.strip() for part in given.partition("="))
    if not code or not why:
        raise WrongValue(context.text("say-why", name=f"--{kind}"))
    return {kind: code, "reason": why}


@command(
    "refer",
    Text(
        "Refer an application to the Registration Committee, with reasons.",
        "Renvoyer une demande au comité d’inscription, avec motifs.",
    ),
    Text(
        'refer APP-000017-B --reasons "The program is not on the list of recognised programs."',
        'refer APP-000017-B --reasons "Le programme ne figure pas sur la liste des programmes reconnus."',
    ),
)
@step
@option(
    "--reasons",
    required=True,
    value=TEXT,
    words=Text("Why (needed); - reads standard input.", "Les motifs (requis); - lit l’entrée standard."),
)
@confirmed
def refer(context: Context, reference: str, version: int | None, reasons: str, yes: bool) -> None:
    """Refers to the committee."""
    _take(
        context,
        ReferToCommittee,
        reference,
        version,
        None if yes else "confirm-refer",
        reasons=_reasons(context, reasons, yes),
    )


@command(
    "approve",
    Text(
        "Approve an application, with conditions if any are given.",
        "Approuver une demande, avec les conditions données s’il y en a.",
    ),
    "approve APP-000017-B",
    "approve APP-000017-B --condition clinical_supervision --condition upgrading",
    'approve APP-000017-B --other-condition "Practises in hospitals only." "Exerce en milieu hospitalier seulement." --yes',
)
@step
@option(
    "--condition",
    "codes",
    multiple=True,
    value=Text("CODE", "CODE"),
    words=Text(
        "A standard condition of the College, by its code; may be repeated. An unknown code is answered with the known ones.",
        "Une condition type de l’Ordre, par son code; répétable. Un code inconnu est refusé avec la liste des codes connus.",
    ),
)
@option(
    "--other-condition",
    "others",
    multiple=True,
    nargs=2,
    value=Text("ENGLISH FRENCH", "ANGLAIS FRANÇAIS"),
    words=Text(
        "Any other condition, in English and then in French, as the register shows it; may be repeated.",
        "Toute autre condition, en anglais puis en français, telle que le registre la présente; répétable.",
    ),
)
@confirmed
def approve(
    context: Context, reference: str, version: int | None, codes: tuple[str, ...], others: tuple[tuple[str, str], ...], yes: bool
) -> None:
    """Approves, perhaps with conditions."""
    terms: list[dict[str, str]] = [{"code": code} for code in codes] + [
        {"en": english, "fr": french} for english, french in others
    ]
    decision = states.APPROVED_WITH_CONDITIONS if terms else states.APPROVED
    question = None if yes else "confirm-conditions" if terms else "confirm-approve"
    _take(context, Decide, reference, version, question, decision=decision, terms=terms)


@command(
    "refuse",
    Text("Refuse an application, with written reasons.", "Refuser une demande, avec motifs écrits."),
    Text(
        'refuse APP-000017-B --reasons "The education requirement is not met."',
        'refuse APP-000017-B --reasons "L’exigence en matière de formation n’est pas satisfaite."',
    ),
    Text("refuse APP-000017-B --reasons - --yes < reasons.txt", "refuse APP-000017-B --reasons - --yes < motifs.txt"),
)
@step
@option(
    "--reasons",
    required=True,
    value=TEXT,
    words=Text("Why (needed); - reads standard input.", "Les motifs (requis); - lit l’entrée standard."),
)
@confirmed
def refuse(context: Context, reference: str, version: int | None, reasons: str, yes: bool) -> None:
    """Refuses."""
    words = _reasons(context, reasons, yes)
    _take(context, Decide, reference, version, None if yes else "confirm-refuse", decision=states.REFUSED, reasons=words)


def _reasons(context: Context, given: str, yes: bool) -> str:
    if given != "-":
        return given
    if not yes:
        raise WrongValue(context.text("needs-yes"))
    words = sys.stdin.read().strip()
    if not words:
        raise WrongValue(context.text("no-reasons"))
    return words


COMMANDS = (complete, request_more, begin_review, refer, approve, refuse)
