"""Legal holds: nothing of a person is destroyed while one is in force (R15)."""

from uuid import UUID

import click

from services.common.kernel.text import Text
from services.contracts.identity.administration import LegalHold, LiftLegalHold, ListLegalHolds, PlaceLegalHold
from staff.commands.steps import confirmed
from staff.terminal.commands import StaffGroup, argument, command, option
from staff.terminal.context import Context
from staff.terminal.show import Page, instant

_EXAMPLE = "0193a1b2-0000-7000-8000-000000000001"
_reason = option(
    "--reason",
    required=True,
    value=Text("TEXT", "TEXTE"),
    words=Text("Why (needed).", "Pourquoi (requis)."),
)


@command(
    "list",
    Text("List the holds, newest first, lifted ones too.", "Lister les suspensions, les plus récentes d’abord, même levées."),
    "legal-holds list",
    f"legal-holds list --account {_EXAMPLE}",
)
@option(
    "--account",
    type=click.UUID,
    value=Text("ACCOUNT-ID", "ID-DU-COMPTE"),
    words=Text("Only of this account.", "Seulement de ce compte."),
)
def list_holds(context: Context, account: UUID | None) -> None:
    """Lists them."""
    context.show(ListLegalHolds, context.call(ListLegalHolds, account_id=account), _draw_list)


@command(
    "place",
    Text(
        "Keep everything of a person from being destroyed, in all services.",
        "Empêcher que quoi que ce soit d’une personne soit détruit, dans tous les services.",
    ),
    Text(
        f'legal-holds place {_EXAMPLE} --reason "Smith v. College, 2026"',
        f'legal-holds place {_EXAMPLE} --reason "Smith c. Ordre, 2026"',
    ),
)
@argument("account_id", Text("ACCOUNT-ID", "ID-DU-COMPTE"), type=click.UUID)
@_reason
def place(context: Context, account_id: UUID, reason: str) -> None:
    """Places one."""
    reply = context.call(PlaceLegalHold, account_id=account_id, reason=reason)
    context.show(PlaceLegalHold, reply, lambda page, hold: _draw_rows(page, [hold]))


@command(
    "lift",
    Text(
        "Lift a hold; what is past its time is destroyed by the next run of the retention job.",
        "Lever une suspension; ce qui a dépassé sa durée de conservation sera détruit à la prochaine exécution.",
    ),
    Text(f'legal-holds lift {_EXAMPLE} --reason "Settled."', f'legal-holds lift {_EXAMPLE} --reason "Affaire réglée."'),
)
@argument("hold_id", Text("HOLD-ID", "ID-DE-LA-SUSPENSION"), type=click.UUID)
@_reason
@confirmed
def lift(context: Context, hold_id: UUID, reason: str, yes: bool) -> None:
    """Lifts one."""
    if not yes:
        context.confirm(context.text("confirm-lift", hold=hold_id))
    reply = context.call(LiftLegalHold, hold_id=hold_id, reason=reason)
    context.show(LiftLegalHold, reply, lambda page, hold: _draw_rows(page, [hold]))


def _draw_list(page: Page, reply: ListLegalHolds.Reply) -> None:
    if not reply.holds:
        page.line(page.text("no-holds"))
        return
    _draw_rows(page, reply.holds)


def _draw_rows(page: Page, holds: list[LegalHold]) -> None:
    page.table(
        ("hold-id", "account-id", "reason", "placed", "by", "lifted"),
        (
            (hold.id, hold.account_id, hold.reason, instant(hold.placed_at), hold.placed_by, instant(hold.lifted_at))
            for hold in holds
        ),
    )


legal_holds = StaffGroup(
    "legal-holds",
    words=Text(
        "Keep what is held of a person from being destroyed, or let it go.",
        "Suspendre la destruction de ce qui est détenu sur une personne, ou lever la suspension.",
    ),
    examples=("legal-holds list", f"legal-holds list --account {_EXAMPLE}"),
)
for subcommand in (list_holds, place, lift):
    legal_holds.add_command(subcommand)

COMMANDS = (legal_holds,)
