"""Activation: the mailed link that proves that an address belongs to the person who opened the account (F11, F13, F18)."""

from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.identity.accounts import ActivateAccount
from services.contracts.identity.events import AccountActivated, ActivationLinkRenewed
from services.contracts.roles import APPLICANT
from services.identity import constant_time
from services.identity.accounts import invitations, lookup, mailed_links, recipient_limits
from services.identity.accounts.mailed_links import Purpose
from services.identity.accounts.recipient_limits import Kind
from services.identity.models import Account
from services.identity.passwords import password_links
from services.identity.settings import IdentitySettings


def tell(work: UnitOfWork, account: Account) -> None:
    """Announces that an account is active, where it is an applicant's: nobody else has an application whose timeline would tell."""
    if APPLICANT in account.roles:
        work.announce(AccountActivated, AccountActivated.Data(account_id=account.id))


def issue_link(work: UnitOfWork, settings: IdentitySettings, account: Account) -> str | None:
    """Gives the account's activation link, sealed for correspondence; nothing where no further mail may leave (`mailed_links.issue`)."""
    return mailed_links.issue(work, settings, account, Purpose.ACTIVATION, settings.activation_link_hours)


def renew(work: UnitOfWork, settings: IdentitySettings, account: Account) -> None:
    """Has the application ID mailed again, with the link if the account is not active. Staff have no ID: nothing is done.

    A migrated account has no password yet: its owner is invited to choose one, which also activates it (F6).
    """
    if account.application_id is None or account.suspended_at is not None:
        return
    if account.password_hash is None:
        invitations.help_migrated(work, settings, account)
        return
    sealed_link = None
    if account.activated_at is None:
        sealed_link = issue_link(work, settings, account)
        mailed = sealed_link is not None
        work.audit("activation-link:renew", f"account/{account.id}", after={"mailed": mailed})
    else:
        constant_time.pass_the_time(work, settings, statements=2)
        mailed = recipient_limits.take(work, settings, Kind.APPLICATION_ID, account.email)
    if not mailed:
        constant_time.pass_the_time(work, settings, statements=2)
        return
    work.announce(
        ActivationLinkRenewed,
        ActivationLinkRenewed.Data(
            account_id=account.id,
            application_id=account.application_id,
            sealed_link=sealed_link,
            expires_hours=settings.activation_link_hours,
        ),
    )


def resend(work: UnitOfWork, settings: IdentitySettings, email: str) -> None:
    """Has the mail sent again if the address has an account (F13); neither the answer nor its time says whether it has."""
    account = lookup.by_email(work.session, email, lock=True)
    if account is not None and account.application_id is not None and account.suspended_at is None:
        renew(work, settings, account)
    else:
        constant_time.pass_the_time(work, settings, statements=7 if account else 8)
    work.audit("activation-link:request", f"account/{account.id}" if account else "activation-link")


def activate(work: UnitOfWork, settings: IdentitySettings, token: str) -> ActivateAccount.Reply:
    """Activates the account that the link belongs to; pressed again, the link says the same and does nothing more. Raises LinkNotValid.

    Where it was opened with two passwords, neither is known to be the owner's: a link to choose one is mailed.
    """
    account = mailed_links.owner(work, token, Purpose.ACTIVATION, lock=True)
    answer = ActivateAccount.Reply(application_id=account.application_id)
    if account.activated_at is not None:
        return answer
    account.activated_at = work.now
    work.audit("account:activate", f"account/{account.id}", before={"active": False}, after={"active": True})
    tell(work, account)
    if account.reset_required_at is not None:
        password_links.issue(work, settings, account)
    return answer
