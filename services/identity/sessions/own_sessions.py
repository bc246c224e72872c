"""The sessions that a person is signed in with: where and on what, and ending them from afar."""

from uuid import UUID

from sqlalchemy import select

from services.common.kernel.errors import NotFound
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.identity.sessions import EndOtherSessions, ListSessions, Session
from services.identity.accounts import lookup
from services.identity.models import SignInSession
from services.identity.sessions import ended_sessions, sessions
from services.identity.settings import IdentitySettings


def list_mine(work: UnitOfWork, settings: IdentitySettings) -> ListSessions.Reply:
    """Lists the caller's sessions that still work, the one in use first, then those used last; and tells how many there may be at once."""
    running = select(SignInSession).where(
        SignInSession.account_id == work.caller.account_id,
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > work.real_now,
    )
    found = [_seen_by_owner(session, work.caller.session_id) for session in work.session.scalars(running)]
    return ListSessions.Reply(
        sessions=sorted(found, key=lambda session: (session.current, session.last_seen_at, session.id), reverse=True),
        at_once=settings.session_terms.at_once,
    )


def _seen_by_owner(session: SignInSession, current_id: UUID | None) -> Session:
    return Session(
        id=session.id,
        begun_at=session.begun_at,
        last_seen_at=session.rotated_at,
        expires_at=session.expires_at,
        address=session.address,
        device=session.device,
        second_factor=session.second_factor,
        current=session.id == current_id,
    )


def end_one(work: UnitOfWork, session_id: UUID) -> None:
    """Ends one of the caller's sessions; one that has ended already stays so. Raises NotFound for somebody else's."""
    theirs = select(SignInSession).filter_by(id=session_id, account_id=work.caller.account_id)
    session = work.session.scalars(theirs.with_for_update()).one_or_none()
    if session is None:
        raise NotFound()
    sessions.end(work, session)


def end_others(work: UnitOfWork) -> EndOtherSessions.Reply:
    """Ends all sessions of the caller but the one in use. Raises Unauthenticated if that one has ended itself."""
    lookup.own(work, lock=True)  # or two sessions that end each other would wait for each other
    session = sessions.own(work)
    return EndOtherSessions.Reply(ended=ended_sessions.end_all(work, session.account_id, but=session.id))
