"""Changing the address of an account: confirmed by a link to the new one, and the old one is told (F16, F61)."""

from sqlalchemy.exc import IntegrityError

from services.common.kernel.email_addresses import email_key
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.identity.errors import AddressTaken, EmailFrozen
from services.contracts.identity.events import AccountOpeningRepeated, ContactChanged, EmailChanged, EmailChangeRequested
from services.contracts.identity.recovery import ConfirmEmailChange, RequestEmailChange
from services.contracts.roles import REGISTRANT
from services.identity.accounts import lookup, mailed_links, recipient_limits
from services.identity.accounts.mailed_links import Purpose
from services.identity.accounts.recipient_limits import Kind
from services.identity.models import Account
from services.identity.settings import IdentitySettings


def request(work: UnitOfWork, settings: IdentitySettings, email: str) -> RequestEmailChange.Reply:
    """Has a link mailed to the caller's new address. Raises NotFound, EmailFrozen, TooManyMails.

    If the address has another account, its owner is told instead, and the answer is the same: it is no way to find out who has one.
    """
    account = lookup.own(work, lock=True)
    _refuse_if_frozen(account)
    recipient_limits.require(work, settings, Kind.EMAIL, email, account.id)
    work.audit("email-change:request", f"account/{account.id}", after={"email": email})
    other = lookup.by_email(work.session, email)
    if other is not None and other.id != account.id:
        work.announce(AccountOpeningRepeated, AccountOpeningRepeated.Data(account_id=other.id))
    else:
        hours, detail = settings.email_link_hours, {"email": email}
        work.announce(
            EmailChangeRequested,
            EmailChangeRequested.Data(
                account_id=account.id,
                new_email=email,
                sealed_link=mailed_links.issue_all(work, settings, [account.id], Purpose.EMAIL, hours, detail)[account.id],
                expires_hours=hours,
            ),
        )
    return RequestEmailChange.Reply(email=email, expires_hours=settings.email_link_hours)


def confirm(work: UnitOfWork, token: str) -> ConfirmEmailChange.Reply:
    """Makes the address that the link was sent to the account's own. Raises LinkNotValid, EmailFrozen, AddressTaken."""
    account, detail = mailed_links.use(work, token, Purpose.EMAIL)
    _refuse_if_frozen(account)  # the application may have been submitted since
    set_address(work, account, detail["email"], by_support=False)
    return ConfirmEmailChange.Reply(email=account.email)


def set_address(work: UnitOfWork, account: Account, email: str, by_support: bool) -> None:
    """Gives an account (locked) another address, tells both, and voids every link mailed to the old one. Raises AddressTaken."""
    before = account.email
    try:
        # Two who confirm one address at once, or one who opens an account with it, wait for each other at the unique key.
        with work.session.begin_nested():
            account.email, account.email_key = email, email_key(email)
    except IntegrityError as error:
        raise AddressTaken() from error
    mailed_links.void(work, account)
    work.audit("account:change-email", f"account/{account.id}", before={"email": before}, after={"email": email})
    work.announce(
        EmailChanged, EmailChanged.Data(account_id=account.id, old_email=before, new_email=email, by_support=by_support)
    )
    work.announce(ContactChanged, ContactChanged.Data(account_id=account.id, email=email, language=account.language))


def _refuse_if_frozen(account: Account) -> None:
    if account.email_frozen_at is not None and REGISTRANT not in account.roles:
        raise EmailFrozen()
