"""The checks of proofs: whether a code, a recovery code or a passkey is right, and was not used before."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.common.kernel.errors import Invalid
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.identity.events import SecondFactorChanged
from services.contracts.identity.sessions import CompleteSignIn, StepUp
from services.identity.accounts import lookup
from services.identity.models import Account, Challenge, Factor
from services.identity.proofs import challenges, passkeys, recovery_codes, totp
from services.identity.proofs.challenges import Purpose
from services.identity.proofs.passkeys import Site
from services.identity.settings import IdentitySettings

PASSWORD, TOTP, RECOVERY_CODE, PASSKEY = "password", "totp", "recovery_code", "passkey"
_FIELDS = {"password": PASSWORD, "code": TOTP, "recovery_code": RECOVERY_CODE, "passkey": PASSKEY}


def factors_of(work: UnitOfWork, account_id: UUID) -> list[Factor]:
    """Gives the account's second factors, the oldest first."""
    return list(work.session.scalars(select(Factor).filter_by(account_id=account_id).order_by(Factor.added_at, Factor.id)))


GivenProof = CompleteSignIn.Request | StepUp.Request


@dataclass(frozen=True)
class Shown:
    """One proof, and the step that it was shown for."""

    token: str
    purpose: Purpose
    session_id: UUID | None
    method: str
    given: Any

    @classmethod
    def of(cls, request: GivenProof, purpose: Purpose, session_id: UUID | None) -> "Shown":
        """Takes the one proof of a request; raises Invalid if there is none, or more than one."""
        fields = [name for name in _FIELDS if getattr(request, name) is not None]
        if not fields:
            raise Invalid(errors=[{"field": "code", "code": "required"}])
        if fields[1:]:
            raise Invalid(errors=[{"field": name, "code": "invalid"} for name in fields[1:]])
        return cls(request.challenge, purpose, session_id, _FIELDS[fields[0]], getattr(request, fields[0]))

    @property
    def name(self) -> str:
        """What tries are counted under where there is no account: a passkey that nobody has."""
        return passkeys.credential_id(self.given).hex() if self.method == PASSKEY else ""

    def step(self, work: UnitOfWork) -> Challenge:
        """Gives the step, if it still waits. Raises ChallengeOver."""
        return challenges.waiting(work, self.token, self.purpose, self.session_id)

    def holder(self, work: UnitOfWork, step: Challenge) -> Account | None:
        """Gives whose proof it must be: that of whoever began, or with a passkey alone its owner."""
        account_id = step.account_id
        if account_id is None and self.method == PASSKEY:
            passkey = select(Factor.account_id).where(Factor.credential_id == passkeys.credential_id(self.given))
            account_id = work.session.scalars(passkey).one_or_none()
        return lookup.by_id(work.session, account_id) if account_id else None

    def is_good(
        self, work: UnitOfWork, settings: IdentitySettings, step: Challenge, account: Account, password_fits: bool
    ) -> bool:
        """Says whether the account (locked) is shown to be the person's by it. A code that is right is used up."""
        if account.suspended_at is not None or account.activated_at is None:
            return False
        factors = factors_of(work, account.id)
        if self.method == PASSWORD:  # no second factor; and no first one where somebody has a second
            return password_fits and not factors and self.purpose is Purpose.STEP_UP
        if self.method == TOTP:
            return any(self._is_code_of(work, settings, factor) for factor in factors if factor.kind == TOTP)
        if self.method == PASSKEY:
            return any(self._is_answer_of(work, settings, step, factor) for factor in factors if factor.kind == PASSKEY)
        return self._is_recovery_code(work, account)

    def _is_code_of(self, work: UnitOfWork, settings: IdentitySettings, app: Factor) -> bool:
        secret = settings.factor_box.open(app.sealed_secret or "")
        step = totp.step_of(secret, self.given, work.real_now, app.last_step)
        if step is None:
            return False
        app.last_step, app.last_used_at = step, work.real_now
        return True

    def _is_answer_of(self, work: UnitOfWork, settings: IdentitySettings, step: Challenge, passkey: Factor) -> bool:
        if step.nonce is None or passkey.credential_id != passkeys.credential_id(self.given):
            return False
        count = passkeys.new_count(Site.at(settings.public_url), self.given, step.nonce, passkey)
        if count is None:
            return False
        passkey.sign_count, passkey.last_used_at = count, work.real_now
        return True

    def _is_recovery_code(self, work: UnitOfWork, account: Account) -> bool:
        if not recovery_codes.use(work, account.id, self.given):
            return False
        work.audit("recovery-code:use", f"account/{account.id}", after={"left": recovery_codes.left(work, account.id)})
        work.announce(
            SecondFactorChanged, SecondFactorChanged.Data(account_id=account.id, change="recovery_code_used", kind=None)
        )
        return True
