"""Contacts: whom a message is for, where the mail goes and in which language (F2)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, update
from sqlalchemy.dialects.postgresql import insert

from services.common.bus.events import NotYet
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications.events import (
    OfApplication,
)
from services.contracts.identity.events import AccountInvited, AccountMigrated, AccountOpened, ContactChanged
from services.correspondence.models import Contact, KnownApplication


@dataclass(frozen=True)
class Recipient:
    """One address that a message is for, whatever is on file for the account, if there is one at all."""

    email: str
    language: str
    account_id: UUID | None = None


def note_account(work: UnitOfWork, event: AccountInvited.Data | AccountMigrated.Data | AccountOpened.Data) -> None:
    """Learns a new account's address, language and ID."""
    _keep(work, event, application_id=event.application_id)


def note_change(work: UnitOfWork, event: ContactChanged.Data) -> None:
    """Learns a person's new address or language, and of staff accounts at all; what is older than known changes nothing."""
    _keep(work, event)
    work.audit("contact:change", f"account/{event.account_id}", after={"language": event.language})


def note_name(work: UnitOfWork, account_id: UUID, name: str, at: datetime) -> None:
    """Learns a person's name as it was at an instant, unless a newer one is known. The account must be known."""
    newer = or_(Contact.name_as_of.is_(None), Contact.name_as_of < at)
    work.session.execute(update(Contact).where(Contact.account_id == account_id, newer).values(name=name, name_as_of=at))


def note_application(
    work: UnitOfWork,
    event: OfApplication,
) -> None:
    """Learns the reference of an application, which never changes. The account must be known."""
    values = {"id": event.application_id, "account_id": event.account_id, "reference": event.reference}
    work.session.execute(insert(KnownApplication).values(**values).on_conflict_do_nothing())


def note_invited(work: UnitOfWork, event: AccountInvited.Data) -> None:
    """Learns the account of somebody who is invited, which may be heard of here first; staff have no ID."""
    if event.application_id is None:
        _keep(work, event)
    else:
        note_account(work, event)


def contact_of(work: UnitOfWork, account_id: UUID) -> Contact:
    """Gives the contact of an account; raises NotYet when the account has not been heard of."""
    contact = work.session.get(Contact, account_id)
    if contact is None:
        raise NotYet(f"account {account_id} is not known")
    return contact


def at_address(contact: Contact, email: str) -> Recipient:
    """Gives the owner of an account at this address and no other, whatever is on file."""
    return Recipient(email, contact.language, contact.account_id)


def reference_of(work: UnitOfWork, application_id: UUID) -> str:
    """Gives the reference of an application; raises NotYet when it has not been heard of."""
    known = work.session.get(KnownApplication, application_id)
    if known is None:
        raise NotYet(f"application {application_id} is not known")
    return known.reference


def _keep(
    work: UnitOfWork,
    event: AccountInvited.Data | AccountMigrated.Data | AccountOpened.Data | ContactChanged.Data,
    **learned: str | None,
) -> None:
    address = {"email": event.email, "language": event.language, "email_as_of": work.event.occurred_at}
    row = insert(Contact).values(account_id=event.account_id, **address, **learned)
    if learned:
        # An ID never changes, whichever of the two facts about an account comes first.
        work.session.execute(row.on_conflict_do_update(index_elements=["account_id"], set_=learned))
    newer = Contact.email_as_of < row.excluded.email_as_of
    work.session.execute(row.on_conflict_do_update(index_elements=["account_id"], set_=address, where=newer))
