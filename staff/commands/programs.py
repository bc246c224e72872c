"""Programs of others, such as hospitals and insurers: registered, given new secrets, revoked."""

from uuid import UUID

import click

from services.common.kernel.text import Text
from services.contracts.identity.programs import (
    ListPrograms,
    Program,
    ProgramWithSecret,
    RegisterProgram,
    RenewProgramSecret,
    RevokeProgram,
)
from services.contracts.roles import SCOPES
from staff.commands.steps import confirmed
from staff.terminal.commands import StaffGroup, argument, command, option
from staff.terminal.context import Context
from staff.terminal.show import Page, instant

_EXAMPLE = "0193a1b2-0000-7000-8000-000000000001"
_program = argument("program_id", Text("PROGRAM-ID", "ID-DU-PROGRAMME"), type=click.UUID)


@command("list", Text("List the programs, revoked ones too.", "Lister les programmes, même révoqués."), "programs list")
def list_programs(context: Context) -> None:
    """Lists them."""
    context.show(ListPrograms, context.call(ListPrograms), _draw_list)


@command(
    "register",
    Text(
        "Register a program; its secret is shown this once.",
        "Inscrire un programme; son secret n’est affiché que cette fois.",
    ),
    Text(
        'programs register "Sunnybrook Hospital" --scope register:read',
        'programs register "Hôpital Montfort" --scope register:read',
    ),
)
@argument("name", Text("NAME", "NOM"))
@option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(SCOPES),
    words=Text("What it may do; may be repeated.", "Ce qu’il peut faire; répétable."),
)
def register(context: Context, name: str, scopes: tuple[str, ...]) -> None:
    """Registers one."""
    context.show(RegisterProgram, context.call(RegisterProgram, name=name, scopes=list(scopes)), _draw_secret)


@command(
    "renew-secret",
    Text(
        "Give a program a new secret, shown this once; the old one works for another day.",
        "Donner un nouveau secret à un programme, affiché cette seule fois; l’ancien vaut encore un jour.",
    ),
    f"programs renew-secret {_EXAMPLE}",
)
@_program
def renew_secret(context: Context, program_id: UUID) -> None:
    """Renews it."""
    context.show(RenewProgramSecret, context.call(RenewProgramSecret, program_id=program_id), _draw_secret)


@command(
    "revoke",
    Text("Revoke a program: it gets no more tokens.", "Révoquer un programme : il n’obtient plus de jeton."),
    Text(
        f'programs revoke {_EXAMPLE} --note "The agreement has ended."',
        f'programs revoke {_EXAMPLE} --note "L’entente a pris fin."',
    ),
)
@_program
@option(
    "--note",
    required=True,
    value=Text("TEXT", "TEXTE"),
    words=Text("Why (needed); the audit trail keeps it.", "Pourquoi (requis); la piste d’audit le conserve."),
)
@confirmed
def revoke(context: Context, program_id: UUID, note: str, yes: bool) -> None:
    """Revokes it."""
    if not yes:
        context.confirm(context.text("confirm-revoke", program=program_id))
    context.show(
        RevokeProgram,
        context.call(RevokeProgram, program_id=program_id, note=note),
        lambda page, program: _draw_rows(page, [program]),
    )


def _draw_list(page: Page, reply: ListPrograms.Reply) -> None:
    if not reply.programs:
        page.line(page.text("no-programs"))
        return
    _draw_rows(page, reply.programs)


def _draw_rows(page: Page, programs: list[Program]) -> None:
    page.table(
        ("program-id", "program", "client-id", "scopes", "registered", "secret-renewed", "used", "revoked"),
        (
            (
                program.id,
                program.name,
                program.client_id,
                " ".join(program.scopes),
                instant(program.registered_at),
                instant(program.secret_renewed_at),
                instant(program.last_used_at),
                instant(program.revoked_at),
            )
            for program in programs
        ),
    )


def _draw_secret(page: Page, program: ProgramWithSecret) -> None:
    page.facts(
        (
            (page.text("program"), program.name),
            (page.text("program-id"), program.id),
            (page.text("client-id"), program.client_id),
            (page.text("client-secret"), program.client_secret),
            (page.text("scopes"), " ".join(program.scopes)),
        )
    )
    page.line(page.text("secret-once"))


programs = StaffGroup(
    "programs",
    words=Text(
        "Let programs of hospitals and insurers in, or keep them out.",
        "Autoriser les programmes d’hôpitaux et d’assureurs, ou les exclure.",
    ),
    examples=("programs list", 'programs register "Sunnybrook Hospital" --scope register:read'),
)
for subcommand in (list_programs, register, renew_secret, revoke):
    programs.add_command(subcommand)

COMMANDS = (programs,)
