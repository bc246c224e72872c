"""Messages about an account: its ID and activation link, that it exists already, an invitation to it (F9, F12-F14)."""

from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.identity.events import (
    AccountInvited,
    AccountOpened,
    AccountOpeningRepeated,
    ActivationLinkRenewed,
    ApplicationIdRequested,
    OfAccount,
)
from services.correspondence import contacts, messages
from services.correspondence.compose import LetterContext
from services.correspondence.messages import LINK_MARK
from services.correspondence.occasions.letter import Letter, Letters


def opened(work: UnitOfWork, context: LetterContext, event: AccountOpened.Data) -> None:
    """Gives a new applicant the ID and the activation link, in both languages (F12)."""
    contacts.note_account(work, event)
    _activation(work, context, event, key=str(event.account_id))


def link_renewed(work: UnitOfWork, context: LetterContext, event: ActivationLinkRenewed.Data) -> None:
    """Gives the ID again: with a new link, or alone where the account is active already (F13). Raises NotYet."""
    if event.sealed_link:
        _activation(work, context, event, key=str(work.event.id))
        return
    id_requested(work, context, event)


def id_requested(
    work: UnitOfWork, context: LetterContext, event: ActivationLinkRenewed.Data | ApplicationIdRequested.Data
) -> None:
    """Gives the ID again, without a link that would open anything (F9). Raises NotYet."""
    contact = contacts.contact_of(work, event.account_id)
    values = {
        "name": contact.name or "",
        "application_id": event.application_id,
        "sign_in_link": context.pages.portal,
        "reset_page": context.pages.forgotten_password,
    }
    messages.write(work, context.college, contact, "account_id_reminder", str(work.event.id), values=values)


def invited(work: UnitOfWork, context: LetterContext, event: AccountInvited.Data) -> None:
    """Invites a migrated person, with the ID and in both languages (F14), or a new member of staff, to choose a password."""
    contacts.note_invited(work, event)
    contact = contacts.contact_of(work, event.account_id)
    to, key = contacts.at_address(contact, event.email), str(work.event.id)
    kind, values = "staff_invitation", {"lifetime": context.formatter(contact.language).lifetime(event.expires_hours)}
    if event.application_id is not None:
        days = str(event.expires_hours // 24)
        kind, values = "account_invitation", {"application_id": event.application_id, "expires_days": days}
    values |= {"password_link": LINK_MARK, "reset_page": context.pages.forgotten_password}
    messages.write(work, context.college, to, kind, key, values=values, sealed_link=event.sealed_link)


def opening_repeated(work: UnitOfWork, context: LetterContext, event: OfAccount) -> None:
    """Tells the owner of an address that it has an account already: the page itself does not tell who has one. Raises NotYet."""
    contact = contacts.contact_of(work, event.account_id)
    values = {"name": contact.name or "", "sign_in_link": context.pages.portal, "reset_page": context.pages.forgotten_password}
    messages.write(work, context.college, contact, "account_exists", str(work.event.id), values=values)


def _activation(
    work: UnitOfWork, context: LetterContext, event: AccountOpened.Data | ActivationLinkRenewed.Data, key: str
) -> None:
    contact = contacts.contact_of(work, event.account_id)
    values = {"application_id": event.application_id, "activation_link": LINK_MARK, "expires_hours": str(event.expires_hours)}
    messages.write(work, context.college, contact, "account_activation", key, values=values, sealed_link=event.sealed_link)


LETTERS: Letters = {
    AccountOpened: Letter("welcome", opened),
    ActivationLinkRenewed: Letter("send_id_again", link_renewed),
    AccountOpeningRepeated: Letter("tell_of_account", opening_repeated),
    AccountInvited: Letter("invite", invited),
    ApplicationIdRequested: Letter("remind_of_id", id_requested),
}
