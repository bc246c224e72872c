"""Signing in and out, and who one is."""

import sys

import click

from services.common.kernel.text import Text
from services.contracts.identity.accounts import GetMe
from services.contracts.identity.shapes import Account
from services.contracts.roles import STAFF_ROLES
from staff.terminal.commands import argument, command, option
from staff.terminal.context import Context
from staff.terminal.exit_codes import WrongValue
from staff.terminal.show import Page


@command(
    "sign-in",
    Text(
        "Sign in. The password is asked for, or read from standard input; it is never an argument.",
        "Ouvrir une session. Le mot de passe est demandé, ou lu sur l’entrée standard; il n’est jamais un argument.",
    ),
    "sign-in registrar@college.test",
    Text(
        "sign-in registrar@college.test --password-stdin < password.txt",
        "sign-in registrar@college.test --password-stdin < motdepasse.txt",
    ),
)
@argument("login", Text("LOGIN", "IDENTIFIANT"))
@option(
    "--password-stdin",
    is_flag=True,
    words=Text(
        "Read the password from standard input (its first line).",
        "Lire le mot de passe sur l’entrée standard (première ligne).",
    ),
)
def sign_in(context: Context, login: str, password_stdin: bool) -> None:
    """Signs in and stores the session; later commands use it."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise WrongValue(context.text("no-password"))
    else:
        password = click.prompt(context.text("password"), hide_input=True, err=True)
    account, enrolment_needed = context.client.sign_in(login, password, context.ask_proof)
    if enrolment_needed:
        click.echo(context.text("enrolment-needed"), err=True)
    if not set(account.roles) & set(STAFF_ROLES):
        click.echo(context.text("no-staff-role"), err=True)
    context.show(GetMe, account, lambda page, reply: page.line(page.text("signed-in", email=reply.email)))


@command(
    "sign-out",
    Text("End the session, here and at the system.", "Terminer la session, ici et dans le système."),
    "sign-out",
)
def sign_out(context: Context) -> None:
    """Ends the session."""
    was_in = context.client.sign_out()
    if context.as_json:
        context.print_json({"was_signed_in": was_in})
    else:
        context.page.line(context.text("signed-out" if was_in else "was-signed-out"))


@command(
    "whoami",
    Text("Show the account you are signed in with.", "Afficher le compte de votre session."),
    "whoami",
    "whoami --json",
)
def whoami(context: Context) -> None:
    """Shows one's own account."""
    context.show(GetMe, context.call(GetMe), _draw_account)


def _draw_account(page: Page, account: Account) -> None:
    page.facts(
        [
            (page.text("email"), account.email),
            (page.text("roles"), ", ".join(page.word("role", role) for role in account.roles)),
            (page.text("language"), page.word("language", account.language)),
            (page.text("account"), account.id),
        ]
    )


COMMANDS = (sign_in, sign_out, whoami)
