"""Accounts as administrators and the support see them, and the accounts of the staff: inviting, roles, suspending."""

from collections.abc import Callable
from uuid import UUID

import click

from services.common.kernel.contract import Answered
from services.common.kernel.text import LANGUAGES, Text
from services.contracts.identity.administration import (
    FindAccounts,
    FoundAccount,
    InviteStaff,
    ListStaff,
    SetStaffName,
    SetStaffRoles,
    SuspendAccount,
)
from services.contracts.roles import STAFF_ROLES
from staff.commands.steps import confirmed
from staff.terminal.commands import StaffGroup, argument, command, option, paged
from staff.terminal.context import Context
from staff.terminal.exit_codes import WrongValue
from staff.terminal.show import Page, instant

_EXAMPLE = "0193a1b2-0000-7000-8000-000000000001"
_account = argument("account_id", Text("ACCOUNT-ID", "ID-DU-COMPTE"), type=click.UUID)
_note = option(
    "--note",
    required=True,
    value=Text("TEXT", "TEXTE"),
    words=Text("Why (needed); the audit trail keeps it.", "Pourquoi (requis); la piste d’audit le conserve."),
)


def _roles(required: bool) -> Callable[[Callable], Callable]:
    return option(
        "--role",
        "roles",
        multiple=True,
        required=required,
        type=click.Choice(STAFF_ROLES),
        words=Text("A role; may be repeated.", "Un rôle; répétable."),
    )


@command(
    "find",
    Text(
        "Find accounts by the beginning of the address, by application ID or by account ID; the audit trail keeps what you looked for.",
        "Trouver des comptes par le début de l’adresse, l’identifiant de demande ou celui du compte; la piste d’audit conserve ce "
        "que vous avez cherché.",
    ),
    "accounts find ana.tremblay@",
    "accounts find A-0000017-L",
)
@argument("text", Text("TEXT", "TEXTE"))
@paged
def find(context: Context, text: str, limit: int, cursor: str | None) -> None:
    """Finds them."""
    reply = context.call(FindAccounts, text=text, limit=limit, cursor=cursor)
    context.show(FindAccounts, reply, _draw_found)


@command(
    "suspend",
    Text(
        "Keep an account from signing in; its sessions end.",
        "Empêcher un compte de se connecter; ses sessions prennent fin.",
    ),
    Text(
        f'accounts suspend {_EXAMPLE} --note "Reported as stolen."',
        f'accounts suspend {_EXAMPLE} --note "Déclaré volé."',
    ),
)
@_account
@_note
@confirmed
def suspend(context: Context, account_id: UUID, note: str, yes: bool) -> None:
    """Suspends it."""
    if not yes:
        context.confirm(context.text("confirm-suspend", account=account_id))
    _set_suspended(context, account_id, True, note)


@command(
    "reinstate",
    Text("Let a suspended account sign in again.", "Permettre de nouveau à un compte suspendu de se connecter."),
    Text(f'accounts reinstate {_EXAMPLE} --note "Cleared up."', f'accounts reinstate {_EXAMPLE} --note "Clarifié."'),
)
@_account
@_note
def reinstate(context: Context, account_id: UUID, note: str) -> None:
    """Reinstates it."""
    _set_suspended(context, account_id, False, note)


def _set_suspended(context: Context, account_id: UUID, suspended: bool, note: str) -> None:
    _show_one(context, SuspendAccount, context.call(SuspendAccount, account_id=account_id, suspended=suspended, note=note))


@command("list", Text("List the accounts of the staff.", "Lister les comptes du personnel."), "members list")
def list_members(context: Context) -> None:
    """Lists them."""
    context.show(ListStaff, context.call(ListStaff), lambda page, reply: _draw_accounts(page, reply.accounts))


@command(
    "invite",
    Text(
        "Open an account for a colleague, who chooses the password with a mailed link.",
        "Ouvrir un compte pour une ou un collègue, qui choisit son mot de passe à l’aide d’un lien envoyé par courriel.",
    ),
    'members invite bea@college.example --name "Béa Roy" --role support --role registration_officer --speaks fr',
)
@argument("email", Text("E-MAIL", "COURRIEL"))
@_roles(required=True)
@option(
    "--speaks",
    type=click.Choice(LANGUAGES),
    default="en",
    words=Text("The language of the invitation; English unless asked.", "La langue de l’invitation; l’anglais par défaut."),
)
@option("--name", value=Text("NAME", "NOM"), words=Text("What colleagues see.", "Ce que voient les collègues."))
def invite(context: Context, email: str, roles: tuple[str, ...], speaks: str, name: str | None) -> None:
    """Invites."""
    _show_one(context, InviteStaff, context.call(InviteStaff, email=email, roles=list(roles), language=speaks, name=name))


@command(
    "set-name",
    Text(
        "Set the name of a member of staff, which colleagues see beside what the person did.",
        "Donner le nom d’un membre du personnel, que ses collègues voient à côté de ce que la personne a fait.",
    ),
    f'members set-name {_EXAMPLE} "Béa Roy"',
)
@_account
@argument("name", Text("NAME", "NOM"))
def set_name(context: Context, account_id: UUID, name: str) -> None:
    """Sets the name."""
    _show_one(context, SetStaffName, context.call(SetStaffName, account_id=account_id, name=name))


@command(
    "set-roles",
    Text(
        "Give a member of staff these roles and no other; their sessions end.",
        "Donner à un membre du personnel ces rôles et aucun autre; ses sessions prennent fin.",
    ),
    f"members set-roles {_EXAMPLE} --role registrar",
    f"members set-roles {_EXAMPLE} --no-role",
)
@_account
@_roles(required=False)
@option(
    "--no-role",
    is_flag=True,
    words=Text(
        "Take all roles away, as of somebody who has left.", "Retirer tous les rôles, comme à une personne qui est partie."
    ),
)
def set_roles(context: Context, account_id: UUID, roles: tuple[str, ...], no_role: bool) -> None:
    """Sets the roles."""
    if bool(roles) == no_role:
        raise WrongValue(context.text("roles-or-none"))
    _show_one(context, SetStaffRoles, context.call(SetStaffRoles, account_id=account_id, roles=list(roles)))


def _show_one(context: Context, contract: type[Answered[FoundAccount]], account: FoundAccount) -> None:
    context.show(contract, account, lambda page, found: _draw_accounts(page, [found]))


def _draw_found(page: Page, reply: FindAccounts.Reply) -> None:
    if not reply.accounts:
        page.line(page.text("no-accounts"))
        return
    _draw_accounts(page, reply.accounts)
    page.next_page(reply.next_cursor)


def _draw_accounts(page: Page, accounts: list[FoundAccount]) -> None:
    page.table(
        ("account-id", "email", "name", "application-number", "roles", "opened", "activated", "second-factor", "suspended"),
        (
            (
                account.id,
                account.email,
                account.name,
                account.application_id,
                ", ".join(page.word("role", role) for role in account.roles),
                instant(account.opened_at),
                instant(account.activated_at),
                page.text("yes" if account.second_factor else "no"),
                instant(account.suspended_at),
            )
            for account in accounts
        ),
    )


accounts = StaffGroup(
    "accounts",
    words=Text("Find people’s accounts; suspend one or let it in again.", "Trouver des comptes; en suspendre un ou le rétablir."),
    examples=("accounts find ana.tremblay@", f"accounts find {_EXAMPLE}"),
)
members = StaffGroup(
    "members",
    words=Text("Look after the accounts of the staff and their roles.", "Gérer les comptes du personnel et leurs rôles."),
    examples=("members list", "members invite bea@college.example --role support"),
)
for subcommand in (find, suspend, reinstate):
    accounts.add_command(subcommand)
for subcommand in (list_members, invite, set_name, set_roles):
    members.add_command(subcommand)

COMMANDS = (accounts, members)
