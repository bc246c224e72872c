"""Messages about an account: its ID and activation link, and that it exists already (F12, F13)."""

from types import SimpleNamespace

from services.common.work import Work
from services.correspondence import contacts, messages
from services.correspondence.compose import Desk
from services.correspondence.messages import LINK_MARK


def opened(work: Work, desk: Desk, fact: SimpleNamespace) -> None:
    """Gives a new applicant the ID and the activation link, in both languages (F12)."""
    contacts.hear_account(work, fact)
    _activation(work, desk, fact, key=str(fact.account_id))


def link_renewed(work: Work, desk: Desk, fact: SimpleNamespace) -> None:
    """Gives the ID again: with a new link, or alone where the account is active already (F13). Raises NotYet."""
    if fact.sealed_link:
        _activation(work, desk, fact, key=str(fact.event_id))
        return
    contact = contacts.contact_of(work, fact.account_id)
    values = {"name": contact.name or "", "application_id": fact.application_id, "sign_in_link": desk.pages.portal}
    messages.write(work, desk.college, contact, "account_id_reminder", str(fact.event_id), values=values)


def opening_repeated(work: Work, desk: Desk, fact: SimpleNamespace) -> None:
    """Tells the owner of an address that it has an account already: the page itself does not tell who has one. Raises NotYet."""
    contact = contacts.contact_of(work, fact.account_id)
    values = {"name": contact.name or "", "sign_in_link": desk.pages.portal}
    messages.write(work, desk.college, contact, "account_exists", str(fact.event_id), values=values)


def _activation(work: Work, desk: Desk, fact: SimpleNamespace, key: str) -> None:
    contact = contacts.contact_of(work, fact.account_id)
    values = {"application_id": fact.application_id, "activation_link": LINK_MARK, "expires_hours": str(fact.expires_hours)}
    messages.write(work, desk.college, contact, "account_activation", key, values=values, sealed_link=fact.sealed_link)
