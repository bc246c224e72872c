"""Recovery codes: ten codes on paper for the day on which the telephone is lost; each works once, and only digests are kept (B10)."""

import secrets
from uuid import UUID

from sqlalchemy import delete, func, insert, select

from services.common.persistence.statements import rows_changed
from services.common.persistence.unit_of_work import UnitOfWork
from services.common.security.token_hashing import digest
from services.identity.models import RecoveryCode

CODES = 10
# Without letters that look like digits or like each other. 16 of 32 characters are 80 bits: too many to guess, digests known or not.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_GROUPS, _GROUP = 4, 4


def renew(work: UnitOfWork, account_id: UUID) -> list[str]:
    """Makes the account's codes and gives them, the only time they are told; those made before stop working."""
    forget(work, account_id)
    codes = [_new_code() for _ in range(CODES)]
    rows = [{"account_id": account_id, "code_digest": _digest(code)} for code in codes]
    work.session.execute(insert(RecoveryCode), rows)
    return codes


def use(work: UnitOfWork, account_id: UUID, code: str) -> bool:
    """Uses a code up, however it was typed; says whether it is one of the account's."""
    theirs = (RecoveryCode.account_id == account_id, RecoveryCode.code_digest == _digest(code))
    return rows_changed(work.session, delete(RecoveryCode).where(*theirs)) == 1


def left(work: UnitOfWork, account_id: UUID) -> int:
    """Counts the codes that still work."""
    return work.session.execute(select(func.count()).select_from(RecoveryCode).filter_by(account_id=account_id)).scalar_one()


def forget(work: UnitOfWork, account_id: UUID) -> None:
    """Makes every code of the account useless."""
    work.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))


def _new_code() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


def _digest(code: str) -> bytes:
    return digest(code.upper().translate(_READ_AS))
