"""The operator's command for staff accounts: `python -m services.identity.staff_accounts --help`."""

import getpass
import os
import secrets
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from services.common.kernel.caller import Caller
from services.common.kernel.errors import NotFound
from services.common.kernel.text import LANGUAGES
from services.common.kernel.typed_text import emails
from services.common.kernel.typed_text.refused import Refused
from services.common.kernel.validation import ValidationError, validate
from services.common.persistence.engine import Database
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.common.settings import MissingSetting, Settings
from services.contracts.identity.errors import AddressTaken, PasswordTooWeak, WrongState
from services.contracts.identity.events import ContactChanged
from services.contracts.roles import STAFF_ROLES
from services.identity.accounts import lookup, roles
from services.identity.accounts.accounts import insert_account
from services.identity.models import Account, HeldRole
from services.identity.passwords import passwords
from services.identity.passwords.password_rules import PasswordRules
from services.identity.recovery import account_recovery
from services.identity.settings import IdentitySettings


def add_staff_account(
    units: UnitOfWorkFactory, email: str, role_names: Sequence[str], *, name: str | None, language: str, password: str, actor: str
) -> Account:
    """Makes an active account with staff roles and tells correspondence its address. Raises PasswordTooWeak, AddressTaken."""
    PasswordRules.read(_settings()).check(password, email)
    password_hash = passwords.hash_password(password)
    with units.transaction(actor=actor) as work:
        account = insert_account(
            work, email=email, name=name, language=language, password_hash=password_hash, activated_at=work.now
        )
        if account is None:
            raise AddressTaken()
        work.audit("account:open", f"account/{account.id}", after={"staff": True, "language": language, "active": True})
        for role in dict.fromkeys(role_names):
            roles.grant(work, account.id, role)
        work.announce(ContactChanged, ContactChanged.Data(account_id=account.id, email=email, language=language))
    return account


def let_back_in(units: UnitOfWorkFactory, settings: IdentitySettings, email: str, *, actor: str) -> None:
    """Takes the second factors from an account of the staff, whose holder then chooses a new password with a mailed link.

    For who is the only administrator: about all others administrators decide in the portal. Raises NotFound for an address without an
    account of the staff, WrongState for one that is suspended.
    """
    with units.transaction(actor=actor) as work:
        account = lookup.by_email(work.session, email, lock=True)
        if account is None or set(STAFF_ROLES).isdisjoint(account.roles):
            raise NotFound()
        if account.suspended_at is not None:
            raise WrongState()
        work.audit("account:let-back-in", f"account/{account.id}", after={"roles": account.roles})
        account_recovery.without_second_factor(work, settings, account)


def list_staff_accounts(work: UnitOfWork) -> list[Account]:
    """Gives the accounts that hold a staff role, in the order of their addresses."""
    staff = select(HeldRole.account_id).where(HeldRole.role.in_(STAFF_ROLES))
    return list(work.session.scalars(select(Account).where(Account.id.in_(staff)).order_by(Account.email_key)))


def _checked_email(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    try:
        return validate.Email()(validate.Length(max=254)(emails.clean(value)))
    except (Refused, ValidationError):
        raise click.BadParameter(f"{value!r} is not an e-mail address.") from None


def _settings() -> Settings:
    return Settings("identity", amqp_uri="", environment=dict(os.environ))


@contextmanager
def _opened(database_url: str | None) -> Iterator[UnitOfWorkFactory]:
    if not database_url:
        raise click.UsageError("Say which database: set DATABASE_URL to identity's own, as its service is given it.")
    database = Database(database_url, pool=1, name="staff-accounts")
    try:
        yield UnitOfWorkFactory(database, Caller)
    except OperationalError as error:
        raise click.ClickException(f"The database does not answer: {error.orig}") from None
    finally:
        database.close()


@click.group(context_settings={"max_content_width": 100})
@click.option("--database-url", envvar="DATABASE_URL", show_envvar=True, help="Identity's database, as its service is given it.")
@click.pass_context
def main(context: click.Context, database_url: str | None) -> None:
    """Makes and lists the accounts of the college's staff, and lets somebody back in.

    Works directly on identity's database; the running service announces what was done here.
    """
    context.obj = database_url


@main.command()
@click.argument("email", callback=_checked_email)
@click.option(
    "--role",
    "role_names",
    multiple=True,
    required=True,
    type=click.Choice(STAFF_ROLES),
    help="What the person may do; give it several times for several roles.",
)
@click.option("--name", help="What colleagues see beside what the person did; the address unless given.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="For pages and mails.")
@click.option(
    "--password-from-stdin",
    is_flag=True,
    help="Read the password from the first line of standard input. Without this one is made and printed once.",
)
@click.pass_obj
def add(
    database_url: str | None,
    email: str,
    role_names: tuple[str, ...],
    name: str | None,
    language: str,
    password_from_stdin: bool,
) -> None:
    """Makes an account for EMAIL that can sign in at once.

    \b
    Example:
      python -m services.identity.staff_accounts add ana@college.example --name "Ana Roy" --role registration_officer --role support
    """  # noqa: D301  # click reads the backspace: what follows is not wrapped
    password = sys.stdin.readline().rstrip("\r\n") if password_from_stdin else secrets.token_urlsafe(18)
    actor = f"operator/{getpass.getuser()}"
    try:
        with _opened(database_url) as units:
            add_staff_account(units, email, role_names, name=name, language=language, password=password, actor=actor)
    except PasswordTooWeak as error:
        raise click.ClickException(error.say("en")) from None
    except AddressTaken:
        raise click.ClickException(f"{email} has an account already. One person has one account; nothing was changed.") from None
    click.echo(f"{email} can sign in as {', '.join(sorted(set(role_names)))}.")
    if not password_from_stdin:
        click.echo(f"Password (shown only now): {password}")


@main.command("let-back-in")
@click.argument("email", callback=_checked_email)
@click.pass_obj
def let_back_in_command(database_url: str | None, email: str) -> None:
    """Lets EMAIL back in who lost the second factor and the recovery codes, where no other administrator can.

    Removes the factors and recovery codes, signs the account out everywhere, and mails its holder a link for a new password; the old
    one lets nobody in any more. Make sure whom you are speaking to first. Needs identity's whole environment, as the link is sealed.
    """
    try:
        settings = IdentitySettings.read(_settings())
    except MissingSetting as error:
        raise click.UsageError(str(error)) from None
    click.confirm(f"Remove every second factor of {email}, end its sessions, and mail a link for a new password?", abort=True)
    try:
        with _opened(database_url) as units:
            let_back_in(units, settings, email, actor=f"operator/{getpass.getuser()}")
    except NotFound:
        raise click.ClickException(f"{email} has no account with a role of the staff; nothing was changed.") from None
    except WrongState:
        raise click.ClickException(f"{email} is suspended; nothing was changed.") from None
    click.echo(f"A link for a new password is on its way to {email}. It works for {settings.password_link_hours} hours.")


@main.command("list")
@click.pass_obj
def list_command(database_url: str | None) -> None:
    """Lists the staff accounts: address, language and roles."""
    with _opened(database_url) as units, units.reading() as work:
        for account in list_staff_accounts(work):
            click.echo(f"{account.email}\t{account.language}\t{', '.join(account.roles)}")


if __name__ == "__main__":
    main(prog_name="python -m services.identity.staff_accounts")
