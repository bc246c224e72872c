"""Messages about getting in: links for a password, an end of waiting or a new address, and notices of what changed (B10, F7, F61)."""

from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.identity.events import (
    EmailChanged,
    EmailChangeRequested,
    OfAccount,
    PasswordChanged,
    PasswordResetRequested,
    SecondFactorChanged,
    UnlockRequested,
)
from services.contracts.identity.shapes import SealedLink
from services.correspondence import contacts, messages
from services.correspondence.compose import LetterContext
from services.correspondence.contacts import Recipient
from services.correspondence.messages import LINK_MARK
from services.correspondence.models import Contact
from services.correspondence.occasions.letter import Letter, Letters


def password_reset_requested(work: UnitOfWork, context: LetterContext, event: PasswordResetRequested.Data) -> None:
    """Gives the link for a new password, to the address that the fact names: support may have just set it (F7, F8, F10). Raises NotYet."""
    contact = contacts.contact_of(work, event.account_id)
    values = {"name": contact.name or "", **_link(context, event, contact, "password_link"), "help_page": context.pages.help}
    _write_link(work, context, event, contacts.at_address(contact, event.email), "password_reset", **values)


def password_changed(work: UnitOfWork, context: LetterContext, event: OfAccount) -> None:
    """Tells that the password was changed. Raises NotYet."""
    contact = contacts.contact_of(work, event.account_id)
    values = {"name": contact.name or "", "reset_page": context.pages.forgotten_password}
    messages.write(work, context.college, contact, "password_changed", str(work.event.id), values=values)


def unlock_requested(work: UnitOfWork, context: LetterContext, event: SealedLink) -> None:
    """Gives the link that ends the waiting between tries to sign in (B10). Raises NotYet."""
    contact = contacts.contact_of(work, event.account_id)
    values = {
        "name": contact.name or "",
        **_link(context, event, contact, "unlock_link"),
        "reset_page": context.pages.forgotten_password,
    }
    _write_link(work, context, event, contact, "unlock", **values)


def email_change_requested(work: UnitOfWork, context: LetterContext, event: EmailChangeRequested.Data) -> None:
    """Gives the new address the link that confirms it, and tells the present one, without a link (F61). Raises NotYet.

    The new address may be a stranger's, mistyped: its message names nobody. If it is on file already, it was confirmed before this
    was heard, and the old address hears of that by EmailChanged.
    """
    contact = contacts.contact_of(work, event.account_id)
    _write_link(
        work,
        context,
        event,
        contacts.at_address(contact, event.new_email),
        "email_confirmation",
        **_link(context, event, contact, "confirmation_link"),
    )
    if contact.email.casefold() != event.new_email.casefold():
        values = {"name": contact.name or "", "reset_page": context.pages.forgotten_password}
        messages.write(work, context.college, contact, "email_change_notice", str(work.event.id), values=values)


def email_changed(work: UnitOfWork, context: LetterContext, event: EmailChanged.Data) -> None:
    """Tells the old address that the account has another one now, and not which (F10, F61). Raises NotYet."""
    contact = contacts.contact_of(work, event.account_id)
    to, values = contacts.at_address(contact, event.old_email), {"by_support": "yes" if event.by_support else ""}
    messages.write(work, context.college, to, "email_changed", str(work.event.id), values=values)


def second_factor_changed(work: UnitOfWork, context: LetterContext, event: SecondFactorChanged.Data) -> None:
    """Tells what happened to the second factors, in words (B10). Raises NotYet."""
    contact = contacts.contact_of(work, event.account_id)
    values = {
        "name": contact.name or "",
        "change": event.change,
        "kind": event.kind or "",
        "reset_page": context.pages.forgotten_password,
    }
    messages.write(work, context.college, contact, "second_factor_changed", str(work.event.id), values=values)


def _link(
    context: LetterContext,
    event: EmailChangeRequested.Data | PasswordResetRequested.Data | SealedLink,
    contact: Contact,
    name: str,
) -> dict[str, str]:
    return {name: LINK_MARK, "lifetime": context.formatter(contact.language).lifetime(event.expires_hours)}


def _write_link(
    work: UnitOfWork,
    context: LetterContext,
    event: EmailChangeRequested.Data | PasswordResetRequested.Data | SealedLink,
    to: Contact | Recipient,
    kind: str,
    **values: str,
) -> None:
    messages.write(work, context.college, to, kind, str(work.event.id), values=values, sealed_link=event.sealed_link)


LETTERS: Letters = {
    PasswordResetRequested: Letter("send_password_link", password_reset_requested),
    PasswordChanged: Letter("tell_new_password", password_changed),
    UnlockRequested: Letter("send_unlock_link", unlock_requested),
    EmailChangeRequested: Letter("send_confirmation_link", email_change_requested),
    EmailChanged: Letter("tell_old_address", email_changed),
    SecondFactorChanged: Letter("tell_second_factor", second_factor_changed),
}
