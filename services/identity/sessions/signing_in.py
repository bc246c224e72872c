"""Signing in: by password, with the second factor that is asked for next, or with a passkey alone (F4-F6, B10)."""

from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.contracts.college import College
from services.contracts.identity.errors import SignInRefused
from services.contracts.identity.sessions import CompleteSignIn, SignIn
from services.contracts.identity.shapes import ProofNeeded, SignInOutcome
from services.contracts.roles import STAFF_ROLES
from services.identity import constant_time
from services.identity.accounts import invitations, lookup
from services.identity.committing import committed
from services.identity.models import Account
from services.identity.passwords import passwords
from services.identity.proofs import proofs
from services.identity.proofs.challenges import Purpose
from services.identity.proofs.proof_checks import factors_of
from services.identity.sessions import known_places, sessions, throttle
from services.identity.sessions.throttle import Place
from services.identity.settings import IdentitySettings


def sign_in(units: UnitOfWorkFactory, settings: IdentitySettings, college: College, request: SignIn.Request) -> SignInOutcome:
    """Begins a session, or asks for a second factor where there is one. Raises SignInRefused, TooManyTries.

    The password is checked between two transactions, as it takes long, and also where there is no account, so that the time
    tells nothing. An account that has no password yet is refused as any other, and its owner is helped by mail (F6).
    """
    login = request.login.strip()

    def begin(work: UnitOfWork) -> tuple[Account | None, Place, int]:
        account = lookup.by_login(work.session, login, college.numbering.application_id)
        place = throttle.place_of(work, settings, account, login)
        return account, place, throttle.begin_try(work, place)

    account, place, this_try = committed(units, begin)
    good = passwords.matches(request.password, account.password_hash if account else None)
    reason = _reason_to_refuse(account, good)
    if account is None or reason:
        committed(units, lambda work: _refuse(work, settings, account, reason))
        raise SignInRefused()
    renewed_hash = passwords.hash_password(request.password) if passwords.is_outdated(account.password_hash or "") else None

    def go_on(work: UnitOfWork) -> SignInOutcome:
        found = _still_so(work, account, request.password, renewed_hash)
        if not factors_of(work, found.id):
            throttle.forgive(work, place)
            return _signed_in(work, settings, found, second_factor=False, kept_by_browser=request.kept_by_browser)
        # Only this try was none: wrong codes shown before still count, or the password would buy new guesses.
        throttle.take_back(work, this_try)
        work.audit("sign-in:ask-for-factor", f"account/{found.id}")
        return _asked_for(proofs.ask_for(work, settings, Purpose.SIGN_IN, found))

    return committed(units, go_on)


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


def _refuse(work: UnitOfWork, settings: IdentitySettings, account: Account | None, reason: str | None) -> None:
    throttle.count_failure(work)
    if account is not None and account.password_hash is None:
        invitations.help_migrated(work, settings, account)
    else:
        constant_time.pass_the_time(work, settings, statements=10 if account else 11)
    work.audit("sign-in:refuse", f"account/{account.id}" if account else "sign-in", after={"reason": reason})


def _still_so(work: UnitOfWork, found: Account, password: str, renewed_hash: str | None) -> Account:
    account = lookup.by_id(work.session, found.id, lock=True)
    if account is None or account.suspended_at or account.reset_required_at:
        raise SignInRefused()
    if not passwords.still_fits(password, found.password_hash, account.password_hash):
        raise SignInRefused()
    if renewed_hash and account.password_hash == found.password_hash:
        account.password_hash = renewed_hash
        work.audit("password:rehash", f"account/{account.id}")
    return account


def begin_with_passkey(work: UnitOfWork, settings: IdentitySettings) -> ProofNeeded:
    """Begins a sign-in with a passkey alone; whose it is shows only when it is used."""
    return proofs.ask_for(work, settings, Purpose.SIGN_IN, None)


def complete(units: UnitOfWorkFactory, settings: IdentitySettings, request: CompleteSignIn.Request) -> SignInOutcome:
    """Begins a session for the second factor that was asked for. Raises Invalid, ChallengeOver, TooManyTries, ProofRefused."""

    def begin(work: UnitOfWork, account: Account, _method: str) -> SignInOutcome:
        return _signed_in(work, settings, account, second_factor=True, kept_by_browser=request.kept_by_browser)

    return proofs.show(units, settings, Purpose.SIGN_IN, request, begin)


def _signed_in(
    work: UnitOfWork, settings: IdentitySettings, account: Account, *, second_factor: bool, kept_by_browser: bool
) -> SignInOutcome:
    is_staff = not set(STAFF_ROLES).isdisjoint(account.roles)
    known_places.remember(work, settings, account.id)
    tokens = sessions.begin(work, settings, account, second_factor, kept_by_browser)
    return SignInOutcome(
        access_token=tokens.access_token,
        token_type=tokens.token_type,
        expires_in=tokens.expires_in,
        refresh_token=tokens.refresh_token,
        account=tokens.account,
        second_factor=None,
        enrolment_needed=is_staff and not second_factor,
    )


def _asked_for(second_factor: ProofNeeded) -> SignInOutcome:
    return SignInOutcome(
        access_token=None,
        token_type=None,
        expires_in=None,
        refresh_token=None,
        account=None,
        second_factor=second_factor,
        enrolment_needed=False,
    )
