"""Sessions: what a sign-in begins, its tokens and how they are traded, its end."""

from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import select

from services.common.kernel.errors import Unauthenticated
from services.common.kernel.ids import new_id
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.common.security.token_hashing import digest, new_secret
from services.contracts.identity.errors import SessionEnded
from services.contracts.identity.shapes import AccessToken, Tokens
from services.contracts.roles import STAFF_ROLES
from services.identity.accounts import accounts
from services.identity.committing import committed
from services.identity.models import Account, RefreshToken, SignInSession
from services.identity.sessions import known_places
from services.identity.sessions.signing import BEARER
from services.identity.settings import IdentitySettings

GRACE = timedelta(seconds=10)


class Use(Enum):
    """What the use of a refresh token means."""

    NEXT = "next"
    REPEAT = "repeat"
    REUSE = "reuse"


def judge(generation: int, newest: int, rotated_at: datetime, now: datetime) -> Use:
    """Tells an honest use of a refresh token from the reuse of an old one.

    The token before the newest may be shown again for ten seconds after it was traded: its answer may have been lost. Whoever
    does so gets another token of the newest generation, and as soon as one token of a generation is traded, all others of it
    are old. So a thief and the owner cannot both go on: the second one to come is a reuse.
    """
    if generation == newest:
        return Use.NEXT
    if generation == newest - 1 and now - rotated_at <= GRACE:
        return Use.REPEAT
    return Use.REUSE


def begin(work: UnitOfWork, settings: IdentitySettings, account: Account, second_factor: bool, kept_by_browser: bool) -> Tokens:
    """Begins a session of somebody (the account locked) who has shown who they are; `second_factor` says whether with one. Gives its tokens.

    One that a browser keeps ends when it is left alone, as people leave them open. Where as many sessions run as one may have at once,
    the oldest ends.
    """
    _make_room(work, settings, account)
    session = SignInSession(
        id=new_id(),
        account_id=account.id,
        begun_at=work.real_now,
        generation=1,
        rotated_at=work.real_now,
        expires_at=settings.session_terms.ends_at(work.real_now, work.real_now, account.roles, kept_by_browser),
        last_used_at=work.real_now,
        browser=kept_by_browser,
        proved_at=work.real_now,
        second_factor=second_factor,
        address=work.caller.address,
        device=work.caller.device,
    )
    work.session.add(session)
    work.session.flush()
    work.audit("session:begin", f"session/{session.id}", after={"account_id": account.id, "second_factor": second_factor})
    return _tokens(work, settings, account, session)


def _make_room(work: UnitOfWork, settings: IdentitySettings, account: Account) -> None:
    running = (
        select(SignInSession)
        .where(SignInSession.account_id == account.id, SignInSession.ended_at.is_(None), SignInSession.expires_at > work.real_now)
        .order_by(SignInSession.begun_at.desc(), SignInSession.id.desc())
        .offset(settings.session_terms.at_once - 1)
        .with_for_update()
    )
    for session in work.session.scalars(running):
        end(work, session)


def own(work: UnitOfWork) -> SignInSession:
    """Gives the caller's session, locked. Raises Unauthenticated if it is over, though an access token of it has not run out yet."""
    session = _of_caller(work)
    if session is None or session.ended_at is not None or session.expires_at <= work.real_now:
        raise Unauthenticated()
    return session


def _of_caller(work: UnitOfWork) -> SignInSession | None:
    theirs = select(SignInSession).filter_by(id=work.caller.session_id, account_id=work.caller.account_id)
    return work.session.scalars(theirs.with_for_update()).one_or_none()


def refresh(units: UnitOfWorkFactory, settings: IdentitySettings, refresh_token: str) -> Tokens:
    """Trades a refresh token for new tokens, with the roles that the account holds now. Raises SessionEnded, also while it is suspended.

    An old token ends the session it came from; that is committed before it is told.
    """
    tokens = committed(units, lambda work: _trade(work, settings, refresh_token))
    if tokens is None:
        raise SessionEnded()
    return tokens


def _trade(work: UnitOfWork, settings: IdentitySettings, refresh_token: str) -> Tokens | None:
    token = work.session.get(RefreshToken, digest(refresh_token))
    if token is None:
        return None
    session = work.session.get(SignInSession, token.session_id, with_for_update=True)
    if session is None or session.ended_at is not None or session.expires_at <= work.real_now:
        return None
    account = work.session.get_one(Account, session.account_id)
    ends_at = settings.session_terms.ends_at(session.begun_at, work.real_now, account.roles, session.browser)
    if account.suspended_at is not None or ends_at <= work.real_now:
        return None
    use = judge(token.generation, session.generation, session.rotated_at, work.real_now)
    if use is Use.REUSE:
        session.ended_at = work.real_now
        work.audit("session:reuse", f"session/{session.id}", before={"ended": False}, after={"ended": True})
        return None
    if use is Use.NEXT:
        session.generation += 1
        session.rotated_at = session.last_used_at = work.real_now
        session.expires_at = ends_at
        known_places.remember(work, settings, account.id)
    work.audit("session:refresh", f"session/{session.id}", after={"generation": session.generation, "use": use.value})
    return _tokens(work, settings, account, session)


def access_token(settings: IdentitySettings, account: Account, session: SignInSession) -> AccessToken:
    """Gives an access token of the session. Without a second factor it lets nobody act as staff (B10)."""
    roles = [role for role in account.roles if session.second_factor or role not in STAFF_ROLES]
    proved_at = int(session.proved_at.timestamp())
    return AccessToken(
        access_token=settings.signer.sign(account.id, roles, session.id, account.language, proved_at),
        token_type=BEARER,
        expires_in=settings.signer.lifetime_s,
    )


def _tokens(work: UnitOfWork, settings: IdentitySettings, account: Account, session: SignInSession) -> Tokens:
    refresh_token = new_secret()
    work.session.add(
        RefreshToken(
            token_digest=digest(refresh_token), session_id=session.id, generation=session.generation, issued_at=work.real_now
        )
    )
    access = access_token(settings, account, session)
    return Tokens(
        access_token=access.access_token,
        token_type=access.token_type,
        expires_in=access.expires_in,
        refresh_token=refresh_token,
        account=accounts.seen_by_owner(account),
    )


def sign_out(work: UnitOfWork) -> None:
    """Ends the caller's session; one that has ended already stays so."""
    session = _of_caller(work)
    if session is not None:
        end(work, session)


def end(work: UnitOfWork, session: SignInSession) -> None:
    """Ends a session (locked); one that has ended already stays so."""
    if session.ended_at is None:
        session.ended_at = work.real_now
        work.audit("session:end", f"session/{session.id}", before={"ended": False}, after={"ended": True})
