"""Ending what an account is signed in with, as when its password is changed or it is suspended."""

from uuid import UUID

from sqlalchemy import delete, update

from services.common.persistence.statements import rows_changed
from services.common.persistence.unit_of_work import UnitOfWork
from services.identity.models import Challenge, SignInSession


def end_all(work: UnitOfWork, account_id: UUID, but: UUID | None = None) -> int:
    """Ends the account's sessions, except the one named, and every step that waits for a proof; gives how many sessions were ended."""
    running = (SignInSession.account_id == account_id, SignInSession.ended_at.is_(None), SignInSession.expires_at > work.real_now)
    ending = update(SignInSession).where(*running).values(ended_at=work.real_now)
    if but is not None:
        ending = ending.where(SignInSession.id != but)
    # Who has shown the old password and is asked for a second factor must not get in with it any more.
    work.session.execute(delete(Challenge).where(Challenge.account_id == account_id))
    ended = rows_changed(work.session, ending)
    if ended:
        work.audit("session:end-all", f"account/{account_id}", after={"ended": ended, "kept": but})
    return ended
