"""Slowing down the guessing of passwords: after so many failures each further try waits longer; nothing is ever locked."""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, func, select, text

from services.common.email_addresses import email_key
from services.common.work import Work
from services.contracts.identity import TooManyTries
from services.identity.models import Account, FailedTry

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 0))")


@dataclass(frozen=True)
class BackOff:
    """How long one waits: `free_tries` may fail without delay, then 2, 4, 8… seconds, at most `longest_s`.

    A failure older than `memory` does not count any more.
    """

    free_tries: int = 5
    longest_s: int = 60
    memory: timedelta = timedelta(minutes=15)

    def wait_s(self, failures: int, last_at: datetime | None, now: datetime) -> int:
        """Gives the seconds to wait from `now`, after so many failures of which the last was at `last_at`; 0 if one may try."""
        if failures < self.free_tries or last_at is None:
            return 0
        pause = min(2 ** min(failures - self.free_tries + 1, 30), self.longest_s)
        return max(0, math.ceil((last_at + timedelta(seconds=pause) - now).total_seconds()))


BACK_OFF = BackOff()
# An office, a household or a whole mobile network may share one address: one person's typing errors there keep nobody else out.
ADDRESS_BACK_OFF = BackOff(free_tries=30)


def account_subject(account: Account | None, login: str) -> str:
    """Names what tries at this sign-in are counted under; a login without an account is slowed down the same way.

    Such a login is kept as a digest: people type their password into the wrong field.
    """
    if account is not None:
        return f"account/{account.id}"
    return f"login/{hashlib.sha256(email_key(login).encode()).hexdigest()}"


def begin_try(work: Work, subject: str) -> int:
    """Lets a try begin, and counts it as failed until it is forgiven, so that many at once gain nothing. Raises TooManyTries.

    Gives what the try is known by.
    """
    work.session.execute(_ONE_AT_A_TIME, {"subject": subject})
    addresses = [_wait_s(work, each, ADDRESS_BACK_OFF) for each in _address_subject(work)]
    wait = max(_wait_s(work, subject, BACK_OFF), *addresses, 0)
    if wait:
        raise TooManyTries(retry_after_s=wait)
    this_try = FailedTry(subject=subject, at=work.now)
    work.session.add(this_try)
    work.session.flush()
    return this_try.id


def take_back(work: Work, this_try: int) -> None:
    """Counts one try no longer as failed; the others stay."""
    work.session.execute(delete(FailedTry).where(FailedTry.id == this_try))


def count_failure(work: Work) -> None:
    """Counts a failed try for the client's address; the account's was counted when the try began."""
    for subject in _address_subject(work):
        work.session.add(FailedTry(subject=subject, at=work.now))


def is_counting(work: Work, account_id: UUID) -> bool:
    """Says whether failures at an account are being counted now."""
    counted = (FailedTry.subject == f"account/{account_id}", FailedTry.at > work.now - BACK_OFF.memory)
    return bool(work.session.scalar(select(exists().where(*counted))))


def forgive(work: Work, account_id: UUID) -> None:
    """Forgets the failures at an account whose owner signed in or used a mailed link. Those of the address stay: it may try other accounts."""
    work.session.execute(delete(FailedTry).where(FailedTry.subject == f"account/{account_id}"))


def _address_subject(work: Work) -> tuple[str, ...]:
    return (f"address/{work.caller.address}",) if work.caller.address else ()


def _wait_s(work: Work, subject: str, back_off: BackOff) -> int:
    counted = select(func.count(), func.max(FailedTry.at)).where(
        FailedTry.subject == subject, FailedTry.at > work.now - back_off.memory
    )
    failures, last_at = work.session.execute(counted).one()
    return back_off.wait_s(failures, last_at, work.now)
