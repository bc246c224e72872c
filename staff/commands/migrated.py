"""People of an earlier system: taken over from a file, invited, and how far that is (F6, F14)."""

import csv
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from rich.console import Console
from rich.progress import Progress

from services.common.kernel.errors import Invalid
from services.common.kernel.text import Text
from services.contracts.identity.administration import MOST_AT_ONCE, GetInvitations, ImportAccounts, InviteMigrated
from staff.commands.steps import confirmed
from staff.terminal.commands import StaffGroup, argument, command, option
from staff.terminal.context import Context
from staff.terminal.exit_codes import WrongValue
from staff.terminal.show import Page

_EXAMPLE = "0193a1b2-0000-7000-8000-000000000001"
COLUMNS = ("email", "application_id", "language", "registrant")
_YES, _NO = {"yes", "oui", "true", "1"}, {"no", "non", "false", "0"}


@command(
    "import",
    Text(
        "Take over the accounts in a file (CSV in UTF-8 with the columns email, application_id, language, registrant; only the first is "
        "needed). It may be repeated: whoever is here already stays as they are.",
        "Reprendre les comptes d’un fichier (CSV en UTF-8, colonnes email, application_id, language, registrant; seule la première est "
        "requise). L’opération peut être répétée : les comptes déjà repris restent tels quels.",
    ),
    Text("migrated import people.csv", "migrated import personnes.csv"),
)
@argument("file", Text("FILE", "FICHIER"), type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_accounts(context: Context, file: Path) -> None:
    """Takes them over, so many at a time; nothing is sent unless the whole file can be read."""
    accounts = _read(context, file)
    replies = []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        for start in progress.track(range(0, len(accounts), MOST_AT_ONCE), description=""):
            replies.append(context.call(ImportAccounts, accounts=accounts[start : start + MOST_AT_ONCE]))
    total = ImportAccounts.Reply(
        imported=sum(reply.imported for reply in replies),
        known=sum(reply.known for reply in replies),
        refused=[account for reply in replies for account in reply.refused],
    )
    context.show(ImportAccounts, total, _draw_imported)


def _read(context: Context, file: Path) -> list[dict[str, Any]]:
    """Gives the accounts of a file; the first line that is not as it must be is named."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines, strict=True)
            unknown = [name for name in rows.fieldnames or () if name not in COLUMNS]
            if unknown or "email" not in (rows.fieldnames or ()):
                raise WrongValue(context.text("columns", columns=", ".join(COLUMNS)))
            accounts = [_account(context, row, rows.line_num) for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        raise WrongValue(context.text("not-csv", file=file)) from error
    if not accounts:
        raise WrongValue(context.text("no-rows", file=file))
    return accounts


def _account(context: Context, row: dict[str, Any], line: int) -> dict[str, Any]:
    # A row with more cells than columns has them under no name, one with fewer has nothing in the rest.
    given = {name: value.strip() for name, value in row.items() if name and value and value.strip()}
    registrant = given.pop("registrant", "no").lower()
    if None in row or registrant not in _YES | _NO:
        raise WrongValue(context.text("wrong-line", line=line, fields="registrant" if None not in row else "…"))
    try:
        checked = ImportAccounts.check({"accounts": [given | {"registrant": registrant in _YES}]})
    except Invalid as error:
        wrong = {fault["field"].rpartition(".")[2] for fault in error.params["errors"]}
        raise WrongValue(context.text("wrong-line", line=line, fields=", ".join(sorted(wrong)))) from error
    account: dict[str, Any] = checked["accounts"][0]
    return account


@command(
    "invite",
    Text(
        "Mail migrated people their ID and a link to choose a password: one, or all who were not invited yet.",
        "Envoyer aux personnes reprises leur identifiant et un lien pour choisir un mot de passe : à une seule, ou à toutes celles "
        "qui ne l’ont pas encore reçu.",
    ),
    "migrated invite --all",
    f"migrated invite --account {_EXAMPLE}",
)
@option(
    "--account",
    type=click.UUID,
    value=Text("ACCOUNT-ID", "ID-DU-COMPTE"),
    words=Text("This one, also again.", "À ce compte, même de nouveau."),
)
@option("--all", "everybody", is_flag=True, words=Text("All who were not invited yet.", "À tous ceux qui restent à inviter."))
@confirmed
def invite(context: Context, account: UUID | None, everybody: bool, yes: bool) -> None:
    """Asks for the invitations, which are written in the background."""
    if (account is not None) == everybody:
        raise WrongValue(context.text("one-or-all"))
    if everybody and not yes:
        context.confirm(context.text("confirm-invite", count=context.call(GetInvitations).not_invited))
    reply = context.call(InviteMigrated, account_id=account)
    context.show(InviteMigrated, reply, lambda page, asked: page.line(page.text("invitations-wait", count=asked.waiting)))


@command(
    "progress",
    Text("Show how far the invitations are.", "Afficher l’avancement des invitations."),
    "migrated progress",
)
def progress(context: Context) -> None:
    """Shows it."""
    context.show(GetInvitations, context.call(GetInvitations), _draw_progress)


def _draw_imported(page: Page, total: ImportAccounts.Reply) -> None:
    page.line(page.text("imported", imported=total.imported, known=total.known, refused=len(total.refused)))
    if total.refused:
        page.table(("email", "reason"), ((account.email, page.word("not-imported", account.reason)) for account in total.refused))


def _draw_progress(page: Page, counts: GetInvitations.Reply) -> None:
    page.facts((page.word("invitations", name), count) for name, count in asdict(counts).items())


migrated = StaffGroup(
    "migrated",
    words=Text(
        "Take over people of an earlier system and invite them.", "Reprendre les personnes d’un ancien système et les inviter."
    ),
    examples=(Text("migrated import people.csv", "migrated import personnes.csv"), "migrated progress"),
)
for subcommand in (import_accounts, invite, progress):
    migrated.add_command(subcommand)

COMMANDS = (migrated,)
