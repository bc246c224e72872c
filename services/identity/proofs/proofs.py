"""Proofs: with what somebody shows who they are, when asked for a second factor or once more (B10)."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.contracts.identity.errors import ProofRefused
from services.contracts.identity.shapes import ProofNeeded
from services.identity.accounts import lookup
from services.identity.committing import committed
from services.identity.models import Account, Factor
from services.identity.passwords import passwords
from services.identity.proofs import challenges, passkeys, recovery_codes
from services.identity.proofs.challenges import Purpose
from services.identity.proofs.passkeys import Site
from services.identity.proofs.proof_checks import PASSKEY, PASSWORD, RECOVERY_CODE, TOTP, GivenProof, Shown, factors_of
from services.identity.sessions import throttle
from services.identity.sessions.throttle import Place
from services.identity.settings import IdentitySettings

Result = TypeVar("Result")


def ask_for(
    work: UnitOfWork, settings: IdentitySettings, purpose: Purpose, account: Account | None, session_id: UUID | None = None
) -> ProofNeeded:
    """Begins a step and says with what it is finished: one of the account's second factors, or the password if there is none.

    Without an account it is a passkey, of whomever the device knows.
    """
    factors = factors_of(work, account.id) if account else []
    methods = _methods(work, account, factors) if account else [PASSKEY]
    nonce = challenges.new_nonce() if PASSKEY in methods else None
    return ProofNeeded(
        challenge=challenges.issue(work, purpose, account.id if account else None, session_id, nonce=nonce),
        methods=methods,
        passkey=passkeys.request_options(Site.at(settings.public_url), nonce, factors) if nonce else None,
        expires_in=challenges.LIFETIME_S,
    )


def _methods(work: UnitOfWork, account: Account, factors: list[Factor]) -> list[str]:
    if not factors:
        return [PASSWORD]
    kinds = {factor.kind for factor in factors}
    codes = [RECOVERY_CODE] if recovery_codes.left(work, account.id) else []
    return [kind for kind in (PASSKEY, TOTP) if kind in kinds] + codes


def show(
    units: UnitOfWorkFactory,
    settings: IdentitySettings,
    purpose: Purpose,
    request: GivenProof,
    then: Callable[[UnitOfWork, Account, str], Result],
) -> Result:
    """Checks the one proof of a request, and goes on with `then` when it is right. Raises ChallengeOver, TooManyTries, ProofRefused.

    A try counts as failed from its beginning, at the account's own count: whoever knows the password cannot guess codes at leisure. A
    wrong proof leaves the challenge as it is, a right one uses it up. A password is checked between the transactions, as it takes long.
    """
    shown = Shown.of(request, purpose, units.caller.session_id if purpose is Purpose.STEP_UP else None)

    def begin(work: UnitOfWork) -> tuple[Account | None, Place]:
        account = shown.holder(work, shown.step(work))
        place = throttle.place_of(work, settings, account, shown.name)
        throttle.begin_try(work, place)
        return account, place

    found, place = committed(units, begin)
    known_hash = found.password_hash if found else None
    password_fits = shown.method == PASSWORD and passwords.matches(shown.given, known_hash)

    def finish(work: UnitOfWork) -> tuple[Result] | None:
        step = shown.step(work)
        account = lookup.by_id(work.session, found.id, lock=True) if found else None
        fits = password_fits and account is not None and passwords.still_fits(shown.given, known_hash, account.password_hash)
        if account is None or not shown.is_good(work, settings, step, account, fits):
            throttle.count_failure(work)
            subject = f"account/{account.id}" if account else "sign-in"
            work.audit("proof:refuse", subject, after={"for": purpose.value, "proof": shown.method})
            return None
        challenges.use_up(work, step)
        throttle.forgive(work, place)
        return (then(work, account, shown.method),)

    outcome = committed(units, finish)
    if outcome is None:
        raise ProofRefused()
    return outcome[0]
