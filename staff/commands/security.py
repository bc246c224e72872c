"""One's own security: a second factor, which staff need, and where one is signed in (B10)."""

import sys
from uuid import UUID

import click
import segno

from services.common.kernel.text import Text
from services.contracts.identity.factors import BeginTotp, ConfirmTotp, FactorAdded, ListFactors, RemoveFactor
from services.contracts.identity.sessions import EndOtherSessions, EndSession, ListSessions
from staff.terminal.commands import StaffGroup, argument, command
from staff.terminal.context import Context
from staff.terminal.show import Page, instant


@command(
    "enrol",
    Text(
        "Add an authenticator app: its key is shown, and a code of it asked for.",
        "Ajouter une application d’authentification : sa clé est affichée, puis un code est demandé.",
    ),
    "second-factor enrol",
)
def enrol(context: Context) -> None:
    """Adds an app; roles of staff count from then on."""
    begun = context.call(BeginTotp)
    segno.make_qr(begun.address).terminal(sys.stderr, compact=True)
    click.echo(context.text("totp-key", key=begun.secret, address=begun.address), err=True)
    code = click.prompt(context.text("app-code"), err=True)
    added = context.call(ConfirmTotp, challenge=begun.challenge, code="".join(code.split()))
    context.client.renew()
    context.show(ConfirmTotp, added, _draw_added)


def _draw_added(page: Page, reply: FactorAdded) -> None:
    page.line(page.text("factor-added"))
    if reply.recovery_codes:
        page.line(page.text("recovery-codes"))
        for code in reply.recovery_codes:
            page.line(f"  {code}")


@command(
    "list",
    Text("List your methods of two-step verification.", "Lister vos moyens de validation en deux étapes."),
    "second-factor list",
)
def list_factors(context: Context) -> None:
    """Lists them."""
    context.show(ListFactors, context.call(ListFactors), _draw_factors)


def _draw_factors(page: Page, reply: ListFactors.Reply) -> None:
    page.table(
        ("factor-id", "factor-kind", "factor-name", "factor-used"),
        ((factor.id, page.word("factor", factor.kind), factor.name, instant(factor.last_used_at)) for factor in reply.factors),
    )
    page.line(page.text("codes-left", count=reply.recovery_codes_left))


@command(
    "remove",
    Text("Remove a method; the last one stays.", "Retirer un moyen; le dernier reste."),
    "second-factor remove 0193a1b2-0000-7000-8000-000000000001",
)
@argument("factor_id", Text("FACTOR-ID", "ID-DU-FACTEUR"), type=click.UUID)
def remove(context: Context, factor_id: UUID) -> None:
    """Removes one."""
    context.show(
        RemoveFactor, context.call(RemoveFactor, factor_id=factor_id), lambda page, _: page.line(page.text("factor-removed"))
    )


@command("list", Text("List where you are signed in.", "Lister vos sessions ouvertes."), "sessions list")
def list_sessions(context: Context) -> None:
    """Lists them, the one in use first."""
    context.show(ListSessions, context.call(ListSessions), _draw_sessions)


def _draw_sessions(page: Page, reply: ListSessions.Reply) -> None:
    page.table(
        ("session-id", "session-since", "session-device", "session-address", "session-current"),
        (
            (
                session.id,
                instant(session.begun_at),
                session.device,
                session.address,
                page.text("yes") if session.current else None,
            )
            for session in reply.sessions
        ),
    )


@command(
    "end",
    Text("End one of your sessions, or all others.", "Terminer une de vos sessions, ou toutes les autres."),
    "sessions end 0193a1b2-0000-7000-8000-000000000001",
    "sessions end",
)
@argument("session_id", Text("SESSION-ID", "ID-DE-LA-SESSION"), type=click.UUID, required=False)
def end(context: Context, session_id: UUID | None) -> None:
    """Ends one, or without an ID all but the one in use."""
    if session_id:
        context.show(
            EndSession, context.call(EndSession, session_id=session_id), lambda page, _: page.line(page.text("session-ended"))
        )
    else:
        context.show(
            EndOtherSessions,
            context.call(EndOtherSessions),
            lambda page, reply: page.line(page.text("sessions-ended", count=reply.ended)),
        )


second_factor = StaffGroup(
    "second-factor",
    words=Text(
        "Your two-step verification, which staff must use.", "Votre validation en deux étapes, obligatoire pour le personnel."
    ),
    examples=("second-factor enrol", "second-factor list"),
)
for subcommand in (enrol, list_factors, remove):
    second_factor.add_command(subcommand)
sessions = StaffGroup(
    "sessions", words=Text("Where you are signed in.", "Vos sessions ouvertes."), examples=("sessions list", "sessions end")
)
for subcommand in (list_sessions, end):
    sessions.add_command(subcommand)

COMMANDS = (second_factor, sessions)
