"""Signing in: by password, with the second factor that is asked for next, or with a passkey alone (F4-F6, B10)."""

from typing import Any

from services.common.work import Work, Works
from services.contracts.college import College
from services.contracts.identity import SignInRefused
from services.contracts.roles import STAFF_ROLES
from services.identity import alike, invitations, lookup, passwords, proofs, sessions, throttle
from services.identity.challenges import Purpose
from services.identity.committing import committed
from services.identity.models import Account
from services.identity.proof_checks import factors_of
from services.identity.settings import IdentitySettings

_NOT_YET = {"access_token": None, "token_type": None, "expires_in": None, "refresh_token": None, "account": None}


def sign_in(works: Works, settings: IdentitySettings, college: College, login: str, password: str) -> dict[str, Any]:
    """Begins a session, or asks for a second factor where there is one. Raises SignInRefused, TooManyTries.

    The password is checked between two transactions, as it takes long, and also where there is no account, so that the time
    tells nothing. An account that has no password yet is refused as any other, and its owner is helped by mail (F6).
    """
    login = login.strip()

    def begin(work: Work) -> tuple[Account | None, int]:
        account = lookup.by_login(work.session, login, college.numbering.application_id)
        return account, throttle.begin_try(work, throttle.account_subject(account, login))

    account, this_try = committed(works, begin)
    good = passwords.matches(password, account.password_hash if account else None)
    reason = _reason_to_refuse(account, good)
    if account is None or reason:
        committed(works, lambda work: _refuse(work, settings, account, reason))
        raise SignInRefused()
    renewed_hash = passwords.hash_password(password) if passwords.is_outdated(account.password_hash or "") else None
    return committed(works, lambda work: _go_on(work, settings, account, this_try, renewed_hash))


def _reason_to_refuse(account: Account | None, good: bool) -> str | None:
    if account is None:
        return "no account"
    if account.password_hash is None:
        return "no password"
    if not good:
        return "wrong password"
    if account.reset_required_at is not None:
        return "reset required"
    if account.suspended_at is not None:
        return "suspended"
    return "not active" if account.activated_at is None else None


def _refuse(work: Work, settings: IdentitySettings, account: Account | None, reason: str | None) -> None:
    throttle.count_failure(work)
    if account is not None and account.password_hash is None:
        invitations.help_migrated(work, settings, account)
    else:
        alike.pass_the_time(work, settings, statements=7 if account else 8)
    work.audit("sign-in:refuse", f"account/{account.id}" if account else "sign-in", after={"reason": reason})


def _go_on(work: Work, settings: IdentitySettings, found: Account, this_try: int, renewed_hash: str | None) -> dict[str, Any]:
    account = lookup.by_id(work.session, found.id, lock=True)
    if account is None or account.password_hash != found.password_hash or account.suspended_at or account.reset_required_at:
        raise SignInRefused()  # the password was changed while it was being checked
    if renewed_hash:
        account.password_hash = renewed_hash
        work.audit("password:rehash", f"account/{account.id}")
    if not factors_of(work, account.id):
        throttle.forgive(work, account.id)
        return _signed_in(work, settings, account, second_factor=False)
    # Only this try was none: wrong codes shown before still count, or the password would buy new guesses.
    throttle.take_back(work, this_try)
    work.audit("sign-in:ask-for-factor", f"account/{account.id}")
    needed = proofs.ask_for(work, settings, Purpose.SIGN_IN, account)
    return {**_NOT_YET, "second_factor": needed, "enrolment_needed": False}


def begin_with_passkey(work: Work, settings: IdentitySettings) -> dict[str, Any]:
    """Begins a sign-in with a passkey alone; whose it is shows only when it is used."""
    return proofs.ask_for(work, settings, Purpose.SIGN_IN, None)


def complete(works: Works, settings: IdentitySettings, **request: Any) -> dict[str, Any]:
    """Begins a session for the second factor that was asked for. Raises Invalid, ChallengeOver, TooManyTries, ProofRefused."""

    def begin(work: Work, account: Account, _method: str) -> dict[str, Any]:
        return _signed_in(work, settings, account, second_factor=True)

    return proofs.show(works, settings, Purpose.SIGN_IN, request, begin)


def _signed_in(work: Work, settings: IdentitySettings, account: Account, second_factor: bool) -> dict[str, Any]:
    is_staff = not set(STAFF_ROLES).isdisjoint(account.roles)
    tokens = sessions.begin(work, settings, account, second_factor)
    return {**tokens, "second_factor": None, "enrolment_needed": is_staff and not second_factor}
