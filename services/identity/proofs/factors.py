"""Second factors: adding an authenticator app or a passkey, removing one, recovery codes (B10).

The session in which a factor is added counts as shown with one from then on: staff get their roles with its next refresh.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from services.common.kernel.access import StepUpRequired
from services.common.kernel.errors import NotFound
from services.common.kernel.ids import new_id
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.college import College
from services.contracts.identity.errors import LastFactor, ProofRefused
from services.contracts.identity.events import SecondFactorChanged
from services.contracts.identity.factors import (
    BeginPasskey,
    BeginTotp,
    ConfirmPasskey,
    ConfirmTotp,
    FactorAdded,
    ListFactors,
    RenewRecoveryCodes,
)
from services.contracts.identity.factors import Factor as OwnFactor
from services.contracts.identity.words import FACTOR_KINDS
from services.contracts.roles import STAFF_ROLES
from services.identity.accounts import lookup
from services.identity.models import Account, Factor, SignInSession
from services.identity.proofs import challenges, passkeys, recovery_codes, totp
from services.identity.proofs.challenges import Purpose
from services.identity.proofs.passkeys import Site
from services.identity.proofs.proof_checks import PASSKEY, TOTP, factors_of
from services.identity.sessions import sessions
from services.identity.settings import IdentitySettings


def list_mine(work: UnitOfWork) -> ListFactors.Reply:
    """Lists the caller's second factors, how many recovery codes are left, and whether one must have a factor. Raises NotFound."""
    account = lookup.own(work)
    return ListFactors.Reply(
        factors=[_seen_by_owner(factor) for factor in factors_of(work, account.id)],
        recovery_codes_left=recovery_codes.left(work, account.id),
        obligatory=_is_staff(account),
    )


def _seen_by_owner(factor: Factor) -> OwnFactor:
    return OwnFactor(
        id=factor.id,
        kind=factor.kind,
        name=factor.name,
        added_at=factor.added_at,
        last_used_at=factor.last_used_at,
    )


def _is_staff(account: Account) -> bool:
    return not set(STAFF_ROLES).isdisjoint(account.roles)


def _changing(work: UnitOfWork) -> tuple[Account, SignInSession, list[Factor]]:
    """Gives the caller's account (locked), session and factors. Raises NotFound, Unauthenticated, StepUpRequired.

    Whoever has a second factor must have shown one in this session: a password alone, shown before there was any, does not change them.
    """
    account = lookup.own(work, lock=True)
    session, factors = sessions.own(work), factors_of(work, account.id)
    if factors and not session.second_factor:
        raise StepUpRequired()
    return account, session, factors


# ---- authenticator apps --------------------------------------------------------------------------------------------------


def begin_totp(work: UnitOfWork, settings: IdentitySettings, college: College) -> BeginTotp.Reply:
    """Makes a secret for an authenticator app, told only now. Raises as `_changing`."""
    account, session, _ = _changing(work)
    secret = totp.new_secret()
    address = totp.address(secret, account.email, college.at(work.now).short_name.in_(account.language))
    sealed_secret = settings.factor_box.seal(secret)
    return BeginTotp.Reply(
        challenge=challenges.issue(work, Purpose.ADD_TOTP, account.id, session.id, sealed_secret=sealed_secret),
        secret=secret,
        address=address,
        qr_code=totp.qr_code(address),
        expires_in=challenges.LIFETIME_S,
    )


def confirm_totp(work: UnitOfWork, settings: IdentitySettings, request: ConfirmTotp.Request) -> FactorAdded:
    """Adds the authenticator app whose code is right; that code has then been used. Raises ChallengeOver, ProofRefused."""
    account, session, factors = _changing(work)
    step = challenges.waiting(work, request.challenge, Purpose.ADD_TOTP, session.id)
    sealed_secret = step.sealed_secret or ""
    last_step = totp.step_of(settings.factor_box.open(sealed_secret), request.code, work.real_now, after=None)
    if last_step is None:
        raise ProofRefused()
    challenges.use_up(work, step)
    factor = _new_factor(work, account, TOTP, request.name, sealed_secret=sealed_secret, last_step=last_step)
    return _added(work, account, session, factor, is_first=not factors)


# ---- passkeys ------------------------------------------------------------------------------------------------------------


def begin_passkey(work: UnitOfWork, settings: IdentitySettings, college: College) -> BeginPasskey.Reply:
    """Gives what the browser needs to make a passkey. Raises as `_changing`."""
    account, session, factors = _changing(work)
    nonce, issuer = challenges.new_nonce(), college.at(work.now).short_name.in_(account.language)
    return BeginPasskey.Reply(
        challenge=challenges.issue(work, Purpose.ADD_PASSKEY, account.id, session.id, nonce=nonce),
        passkey=passkeys.creation_options(Site.at(settings.public_url), account, issuer, nonce, factors),
        expires_in=challenges.LIFETIME_S,
    )


def confirm_passkey(work: UnitOfWork, settings: IdentitySettings, request: ConfirmPasskey.Request) -> FactorAdded:
    """Adds the passkey that the browser made. Raises ChallengeOver, ProofRefused."""
    account, session, factors = _changing(work)
    step = challenges.waiting(work, request.challenge, Purpose.ADD_PASSKEY, session.id)
    made = passkeys.made(Site.at(settings.public_url), request.passkey, step.nonce or b"")
    if made is None or _is_known(work, made.credential_id):
        raise ProofRefused()
    challenges.use_up(work, step)
    factor = _new_factor(
        work,
        account,
        PASSKEY,
        request.name,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
    )
    return _added(work, account, session, factor, is_first=not factors)


def _is_known(work: UnitOfWork, credential_id: bytes) -> bool:
    return bool(work.session.scalar(select(exists().where(Factor.credential_id == credential_id))))


# ---- adding, removing ----------------------------------------------------------------------------------------------------


def _new_factor(work: UnitOfWork, account: Account, kind: str, name: str, **what: Any) -> Factor:
    named = name.strip() or FACTOR_KINDS[kind].in_(account.language)
    factor = Factor(id=new_id(), account_id=account.id, kind=kind, name=named, added_at=work.now, **what)
    work.session.add(factor)
    return factor


def _added(work: UnitOfWork, account: Account, session: SignInSession, factor: Factor, is_first: bool) -> FactorAdded:
    session.second_factor = True
    _tell_added(work, account, factor)
    codes = recovery_codes.renew(work, account.id) if is_first else []
    return FactorAdded(factor=_seen_by_owner(factor), recovery_codes=codes)


def _tell_added(work: UnitOfWork, account: Account, factor: Factor) -> None:
    work.audit("second-factor:add", f"account/{account.id}", after=_about(factor))
    work.announce(SecondFactorChanged, SecondFactorChanged.Data(account_id=account.id, change="added", kind=factor.kind))


def _about(factor: Factor) -> dict[str, Any]:
    return {"factor": factor.id, "kind": factor.kind, "name": factor.name}


def remove(work: UnitOfWork, factor_id: UUID) -> None:
    """Removes one of the caller's factors, with the last one also the recovery codes. Raises NotFound, LastFactor for staff's last."""
    account, _, factors = _changing(work)
    factor = next((factor for factor in factors if factor.id == factor_id), None)
    if factor is None:
        raise NotFound()
    if len(factors) == 1:
        if _is_staff(account):
            raise LastFactor()
        recovery_codes.forget(work, account.id)
    work.session.delete(factor)
    work.audit("second-factor:remove", f"account/{account.id}", before=_about(factor))
    work.announce(SecondFactorChanged, SecondFactorChanged.Data(account_id=account.id, change="removed", kind=factor.kind))


def renew_recovery_codes(work: UnitOfWork) -> RenewRecoveryCodes.Reply:
    """Makes new recovery codes, told only now; the old ones stop working. Raises NotFound without a second factor, as `_changing`."""
    account, _, factors = _changing(work)
    if not factors:
        raise NotFound()
    codes = recovery_codes.renew(work, account.id)
    work.audit("recovery-codes:renew", f"account/{account.id}", after={"codes": len(codes)})
    work.announce(
        SecondFactorChanged, SecondFactorChanged.Data(account_id=account.id, change="recovery_codes_renewed", kind=None)
    )
    return RenewRecoveryCodes.Reply(recovery_codes=codes)
