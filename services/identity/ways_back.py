"""What an approved request for a way back in brings about: a new address, or no second factor any more, and a link for a password (F10)."""

from sqlalchemy import delete

from services.common.statements import rows_changed
from services.common.work import Work
from services.contracts.identity import SecondFactorChanged
from services.identity import ended_sessions, mailed_links, passwords_forgotten
from services.identity.email_changes import set_address
from services.identity.models import AccessRequest, Account, Factor, RecoveryCode
from services.identity.settings import IdentitySettings

LOST_EMAIL, LOST_SECOND_FACTOR = "lost_email", "lost_second_factor"


def open_again(work: Work, settings: IdentitySettings, request: AccessRequest, account: Account) -> None:
    """Lets the owner of an account (locked) back in, and nobody else who may be in it. Raises AddressTaken.

    Of a lost address: the one that the request came from becomes the account's. Of a lost second factor: all factors and recovery
    codes go. In both cases sessions end, links mailed before are void, and a link for a new password goes to the account's address.
    """
    if request.kind == LOST_EMAIL:
        set_address(work, account, request.contact_email, by_support=True)
    else:
        _remove_factors(work, account)
        mailed_links.void(work, account)
    ended_sessions.end_all(work, account.id)
    passwords_forgotten.issue_link(work, settings, account)


def _remove_factors(work: Work, account: Account) -> None:
    kinds = work.session.scalars(delete(Factor).where(Factor.account_id == account.id).returning(Factor.kind)).all()
    codes = rows_changed(work.session, delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    removed = {"removed": sorted(kinds), "recovery_codes": codes}
    work.audit("second-factor:remove-all", f"account/{account.id}", after=removed)
    work.announce(SecondFactorChanged, account_id=account.id, change="all_removed", kind=None)
