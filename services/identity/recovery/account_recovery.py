"""What an approved request for a way back in brings about: a new address, or no second factor any more, and a link for a password (F10)."""

from sqlalchemy import delete

from services.common.persistence.statements import rows_changed
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.identity.events import SecondFactorChanged
from services.identity.accounts import mailed_links
from services.identity.accounts.email_changes import set_address
from services.identity.models import AccessRequest, Account, Factor, RecoveryCode
from services.identity.passwords import password_links
from services.identity.sessions import ended_sessions
from services.identity.settings import IdentitySettings

LOST_EMAIL, LOST_SECOND_FACTOR = "lost_email", "lost_second_factor"


def open_again(work: UnitOfWork, settings: IdentitySettings, request: AccessRequest, account: Account) -> None:
    """Lets the owner of an account (locked) back in, and nobody else who may be in it. Raises AddressTaken.

    Of a lost address: the one that the request came from becomes the account's. In both cases sessions end, links mailed before are
    void, and a link for a new password goes to the account's address.
    """
    if request.kind == LOST_SECOND_FACTOR:
        without_second_factor(work, settings, account)
        return
    set_address(work, account, request.contact_email, by_support=True)
    ended_sessions.end_all(work, account.id)
    password_links.issue(work, settings, account)


def without_second_factor(work: UnitOfWork, settings: IdentitySettings, account: Account) -> None:
    """Takes all factors and recovery codes from an account (locked); whoever holds it comes in by a new password, chosen with a mailed link.

    The old password alone lets nobody in: whoever knows it may be the one whom the factor kept out.
    """
    _remove_factors(work, account)
    mailed_links.void(work, account)
    ended_sessions.end_all(work, account.id)
    password_links.require(work, account)
    password_links.issue(work, settings, account)


def _remove_factors(work: UnitOfWork, account: Account) -> None:
    kinds = work.session.scalars(delete(Factor).where(Factor.account_id == account.id).returning(Factor.kind)).all()
    codes = rows_changed(work.session, delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    removed = {"removed": sorted(kinds), "recovery_codes": codes}
    work.audit("second-factor:remove-all", f"account/{account.id}", after=removed)
    work.announce(SecondFactorChanged, SecondFactorChanged.Data(account_id=account.id, change="all_removed", kind=None))
