"""The mailed link with which somebody chooses a password, and accounts that let nobody in before that was done (F7, F18)."""

from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.identity.events import PasswordResetRequested
from services.identity import constant_time
from services.identity.accounts import mailed_links
from services.identity.accounts.mailed_links import Purpose
from services.identity.models import Account
from services.identity.settings import IdentitySettings


def issue(work: UnitOfWork, settings: IdentitySettings, account: Account) -> None:
    """Has the link for a new password mailed to the account's address (`mailed_links.issue`); the account is locked.

    A first password may be chosen for as long as an invitation lasts, or anybody could shorten one by asking for a link.
    """
    hours = settings.password_link_hours if account.password_hash else settings.invitation_days * 24
    sealed_link = mailed_links.issue(work, settings, account, Purpose.PASSWORD, hours)
    if sealed_link is None:
        constant_time.pass_the_time(work, settings, statements=2)
        return
    work.announce(
        PasswordResetRequested,
        PasswordResetRequested.Data(account_id=account.id, email=account.email, sealed_link=sealed_link, expires_hours=hours),
    )


def require(work: UnitOfWork, account: Account) -> None:
    """Keeps the account's password from letting anybody in until another one is chosen with a mailed link; where there is none, nothing."""
    if account.password_hash is not None:
        account.reset_required_at = work.now
        work.session.flush()
        work.audit("password:require-reset", f"account/{account.id}", after={"reset_required_at": work.now})
