"""Challenges: a step that was begun and waits for a proof; used once, for five minutes, known by what its beginner holds."""

import secrets
from datetime import timedelta
from enum import Enum
from uuid import UUID

from sqlalchemy import delete, select

from services.common.persistence.statements import rows_changed
from services.common.persistence.unit_of_work import UnitOfWork
from services.common.security.token_hashing import digest, new_secret
from services.contracts.identity.errors import ChallengeOver
from services.identity.models import Challenge

LIFETIME = timedelta(minutes=5)
LIFETIME_S = int(LIFETIME.total_seconds())
_NONCE_BYTES = 32
_FORGOTTEN_WITH_EACH = 10


class Purpose(Enum):
    """What the proof is for."""

    SIGN_IN = "sign_in"
    STEP_UP = "step_up"
    ADD_TOTP = "add_totp"
    ADD_PASSKEY = "add_passkey"


def new_nonce() -> bytes:
    """Makes what a passkey signs: 256 bits that nobody could foresee."""
    return secrets.token_bytes(_NONCE_BYTES)


def issue(
    work: UnitOfWork,
    purpose: Purpose,
    account_id: UUID | None,
    session_id: UUID | None = None,
    *,
    nonce: bytes | None = None,
    sealed_secret: str | None = None,
) -> str:
    """Begins a step and gives what its beginner holds. In a session the newer step takes the place of the one begun before.

    Anybody may begin one without a session, as often as they like: with each, some that have run out go.
    """
    if session_id is None:
        _forget_some(work)
    else:
        earlier = (Challenge.session_id == session_id, Challenge.purpose == purpose.value, Challenge.account_id == account_id)
        work.session.execute(delete(Challenge).where(*earlier))
    token = new_secret()
    work.session.add(
        Challenge(
            token_digest=digest(token),
            purpose=purpose.value,
            account_id=account_id,
            session_id=session_id,
            nonce=nonce,
            sealed_secret=sealed_secret,
            expires_at=work.real_now + LIFETIME,
        )
    )
    return token


def _forget_some(work: UnitOfWork) -> None:
    over = select(Challenge.token_digest).where(Challenge.expires_at <= work.real_now).limit(_FORGOTTEN_WITH_EACH)
    doomed = over.with_for_update(skip_locked=True)
    work.session.execute(delete(Challenge).where(Challenge.token_digest.in_(doomed)))


def waiting(work: UnitOfWork, token: str, purpose: Purpose, session_id: UUID | None = None) -> Challenge:
    """Gives a step that waits for its proof, in the session in which it was begun. Raises ChallengeOver."""
    found = work.session.scalars(
        select(Challenge).where(
            Challenge.token_digest == digest(token),
            Challenge.purpose == purpose.value,
            Challenge.session_id.is_not_distinct_from(session_id),
            Challenge.expires_at > work.real_now,
        )
    ).one_or_none()
    if found is None:
        raise ChallengeOver()
    return found


def use_up(work: UnitOfWork, challenge: Challenge) -> None:
    """Ends a step whose proof was right. Raises ChallengeOver if another request has just ended it: all of this one is then undone."""
    if not rows_changed(work.session, delete(Challenge).where(Challenge.token_digest == challenge.token_digest)):
        raise ChallengeOver()
