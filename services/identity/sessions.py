"""Sessions: signing in, trading refresh tokens, signing out."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeVar

from sqlalchemy import select

from services.common.ids import new_id
from services.common.work import Work, Works
from services.contracts.college import College
from services.contracts.identity import SessionEnded, SignInRefused
from services.identity import accounts, lookup, passwords, throttle
from services.identity.models import Account, RefreshToken, SignInSession
from services.identity.secrets_at_rest import digest, new_secret
from services.identity.settings import IdentitySettings

LIFETIME = timedelta(days=30)
GRACE = timedelta(seconds=10)
Result = TypeVar("Result")


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


def sign_in(works: Works, settings: IdentitySettings, college: College, login: str, password: str) -> dict[str, Any]:
    """Signs a person in and begins a session. Raises SignInRefused, TooManyTries.

    The password is checked between two transactions, as it takes long, and also where there is no account, so that the time
    tells nothing.
    """
    login = login.strip()

    def begin(work: Work) -> Account | None:
        account = lookup.by_login(work.session, login, college.numbering.application_id)
        throttle.begin_try(work, throttle.account_subject(account, login))
        return account

    account = _committed(works, begin)
    good = passwords.matches(password, account.password_hash if account else None)
    if account is None or not good or account.activated_at is None:
        reason = "no account" if account is None else "wrong password" if not good else "not active"
        _committed(works, lambda work: _refuse(work, account, reason))
        raise SignInRefused()
    renewed_hash = passwords.hash_password(password) if passwords.is_outdated(account.password_hash or "") else None
    return _committed(works, lambda work: _begin_session(work, settings, account, renewed_hash))


def _refuse(work: Work, account: Account | None, reason: str) -> None:
    throttle.count_failure(work)
    work.audit("sign-in:refuse", f"account/{account.id}" if account else "sign-in", after={"reason": reason})


def _begin_session(work: Work, settings: IdentitySettings, found: Account, renewed_hash: str | None) -> dict[str, Any]:
    account = lookup.by_id(work.session, found.id, lock=True)
    if account is None or account.password_hash != found.password_hash:
        raise SignInRefused()  # the password was changed while it was being checked
    throttle.forgive(work, account.id)
    if renewed_hash:
        account.password_hash = renewed_hash
        work.audit("password:rehash", f"account/{account.id}")
    session = SignInSession(
        id=new_id(),
        account_id=account.id,
        begun_at=work.now,
        generation=1,
        rotated_at=work.now,
        expires_at=work.now + LIFETIME,
        proved_at=work.now,
        address=work.caller.address,
        device=work.caller.device,
    )
    work.session.add(session)
    work.session.flush()
    work.audit("session:begin", f"session/{session.id}", after={"account_id": account.id})
    return _tokens(work, settings, account, session)


def refresh(works: Works, settings: IdentitySettings, refresh_token: str) -> dict[str, Any]:
    """Trades a refresh token for new tokens, with the roles that the account holds now. Raises SessionEnded.

    An old token ends the session it came from; that is committed before it is told.
    """
    tokens = _committed(works, lambda work: _trade(work, settings, refresh_token))
    if tokens is None:
        raise SessionEnded()
    return tokens


def _trade(work: Work, settings: IdentitySettings, refresh_token: str) -> dict[str, Any] | None:
    token = work.session.get(RefreshToken, digest(refresh_token))
    if token is None:
        return None
    session = work.session.get(SignInSession, token.session_id, with_for_update=True)
    if session is None or session.ended_at is not None or session.expires_at <= work.now:
        return None
    use = judge(token.generation, session.generation, session.rotated_at, work.now)
    if use is Use.REUSE:
        session.ended_at = work.now
        work.audit("session:reuse", f"session/{session.id}", before={"ended": False}, after={"ended": True})
        return None
    if use is Use.NEXT:
        session.generation += 1
        session.rotated_at = work.now
        session.expires_at = work.now + LIFETIME
    account = work.session.get_one(Account, session.account_id)
    work.audit("session:refresh", f"session/{session.id}", after={"generation": session.generation, "use": use.value})
    return _tokens(work, settings, account, session)


def _tokens(work: Work, settings: IdentitySettings, account: Account, session: SignInSession) -> dict[str, Any]:
    refresh_token = new_secret()
    work.session.add(
        RefreshToken(token_digest=digest(refresh_token), session_id=session.id, generation=session.generation, issued_at=work.now)
    )
    return {
        "access_token": settings.signer.sign(account.id, account.roles, session.id, account.language),
        "token_type": "Bearer",
        "expires_in": settings.signer.lifetime_s,
        "refresh_token": refresh_token,
        "account": accounts.shown(account),
        "second_factor": None,
        "enrolment_needed": False,
    }


def sign_out(work: Work) -> None:
    """Ends the caller's session; one that has ended already stays so."""
    session = work.session.scalars(
        select(SignInSession).filter_by(id=work.caller.session_id, account_id=work.caller.account_id).with_for_update()
    ).one_or_none()
    if session is not None and session.ended_at is None:
        session.ended_at = work.now
        work.audit("session:end", f"session/{session.id}", before={"ended": False}, after={"ended": True})


def _committed(works: Works, use_case: Callable[[Work], Result]) -> Result:
    """Does a part in a transaction of its own, so that it stays done if the whole is then refused."""

    def attempt() -> Result:
        with works.transaction() as work:
            return use_case(work)

    return works.persist(attempt)


def complete_sign_in(works, settings, **request):
    raise NotImplementedError


def step_up(works, settings, **request):
    raise NotImplementedError
