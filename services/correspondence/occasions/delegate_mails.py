"""Messages about delegates: the invitation, and what the one acted for is told (B11)."""

import re

from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.identity.events import DelegateInvited, DelegationAccepted, DelegationEnded
from services.correspondence import contacts, messages
from services.correspondence.compose import LetterContext
from services.correspondence.contacts import Recipient
from services.correspondence.messages import LINK_MARK
from services.correspondence.occasions.letter import Letter, Letters

_LIKE_AN_ADDRESS = re.compile(r"[@:/]|\.\w")


def delegate_invited(work: UnitOfWork, context: LetterContext, event: DelegateInvited.Data) -> None:
    """Invites somebody, who may have no account, to act on some pages for another; it is in nobody's inbox. Raises NotYet.

    What the one acted for typed is not repeated to a stranger, lest our mail carry somebody's advertisement: not what they call
    their delegate, nor their own name where it looks like an address.
    """
    name = contacts.contact_of(work, event.account_id).name or ""
    formatter = context.formatter(event.language)
    values = {
        "principal": "" if _LIKE_AN_ADDRESS.search(name) else name,
        "pages": formatter.pages(event.pages),
        "delegation_link": LINK_MARK,
        "lifetime": formatter.lifetime(event.expires_hours),
    }
    to, key = Recipient(event.delegate_email, event.language), str(work.event.id)
    messages.write(work, context.college, to, "delegate_invitation", key, values=values, sealed_link=event.sealed_link)


def delegation_accepted(work: UnitOfWork, context: LetterContext, event: DelegationAccepted.Data) -> None:
    """Tells the one acted for that the delegate accepted, once per delegation. Raises NotYet."""
    _tell(work, context, event, "delegation_accepted")


def delegation_ended(work: UnitOfWork, context: LetterContext, event: DelegationEnded.Data) -> None:
    """Tells the one acted for that a delegation ended, once per delegation. Raises NotYet."""
    _tell(work, context, event, "delegation_ended")


def _tell(work: UnitOfWork, context: LetterContext, event: DelegationAccepted.Data | DelegationEnded.Data, kind: str) -> None:
    contact = contacts.contact_of(work, event.account_id)
    values = {
        "name": contact.name or "",
        "delegate": event.delegate_name,
        "pages": context.formatter(contact.language).pages(event.pages),
        "portal_link": context.pages.portal,
    }
    messages.write(work, context.college, contact, kind, str(event.delegation_id), values=values)


LETTERS: Letters = {
    DelegateInvited: Letter("invite_delegate", delegate_invited),
    DelegationAccepted: Letter("tell_accepted_delegation", delegation_accepted),
    DelegationEnded: Letter("tell_ended_delegation", delegation_ended),
}
