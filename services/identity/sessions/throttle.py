"""Slowing down the guessing of passwords: after so many failures each further try waits longer; nothing is ever locked.

What strangers try keeps no owner out: where an account was signed in to lately (`known_places.py`), and in a session of its own, tries
are counted apart from those of everywhere else, and a mailed link makes any place such a one (`recovery/account_unlocking.py`).
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, func, or_, select, true

from services.common.kernel.email_addresses import email_key
from services.common.persistence import advisory_locks
from services.common.persistence.unit_of_work import UnitOfWork
from services.common.security.client_networks import networks_of
from services.contracts.identity.errors import TooManyTries
from services.identity.models import Account, FailedTry
from services.identity.sessions import known_places
from services.identity.settings import IdentitySettings


@dataclass(frozen=True)
class BackOff:
    """How long one waits: `free_tries` may fail without delay, then 2, 4, 8… seconds, at most `longest_s`.

    A failure older than `memory` does not count any more.
    """

    free_tries: int = 5
    longest_s: int = 60
    memory: timedelta = timedelta(minutes=15)

    def wait_s(self, failures: int, last_at: datetime | None, now: datetime, weight: int = 1) -> int:
        """Gives the seconds to wait from `now`, after so many failures of which the last was at `last_at`; 0 if one may try.

        Where many share what is counted, `weight` times as many are free.
        """
        free = self.free_tries * weight
        if failures < free or last_at is None:
            return 0
        pause = min(2 ** min(failures - free + 1, 30), self.longest_s)
        return max(0, math.ceil((last_at + timedelta(seconds=pause) - now).total_seconds()))


BACK_OFF = BackOff()
# An office, a household or a whole mobile network may share one address: one person's typing errors there keep nobody else out.
ADDRESS_BACK_OFF = BackOff(free_tries=30)


@dataclass(frozen=True)
class Place:
    """Where somebody tries, for what the try is counted under; `known` says that strangers' tries elsewhere do not count there."""

    subject: str
    digest: bytes
    known: bool
    account_id: UUID | None = None

    @property
    def turn(self) -> str:
        """Names those who take turns: an owner does not wait in the queue of strangers."""
        return f"{self.subject}/{self.digest.hex()}" if self.known else self.subject

    def counted(self, work: UnitOfWork) -> ColumnElement[bool]:
        """Which failures count there: those of the place itself, or those of all places that are not known."""
        if self.known:
            return FailedTry.place == self.digest
        if self.account_id is None:
            return true()
        return or_(FailedTry.place.is_(None), FailedTry.place.not_in(known_places.places_of(work, self.account_id)))


def account_subject(account: Account | None, login: str) -> str:
    """Names what tries at this sign-in are counted under; a login without an account is slowed down the same way.

    Such a login is kept as a digest: people type their password into the wrong field.
    """
    if account is not None:
        return f"account/{account.id}"
    return f"login/{hashlib.sha256(email_key(login).encode()).hexdigest()}"


def place_of(work: UnitOfWork, settings: IdentitySettings, account: Account | None, login: str = "") -> Place:
    """Tells where the caller is: in a session of the account, at a place that it was signed in to from, or anywhere else."""
    subject, session_id = account_subject(account, login), work.caller.session_id
    if account is not None and session_id is not None and work.caller.account_id == account.id:
        return Place(subject, settings.digests.of("session", str(session_id)), known=True)
    digest, account_id = known_places.place_of(work, settings, subject), account.id if account else None
    return Place(subject, digest, known_places.is_known(work, account_id, digest), account_id)


def begin_try(work: UnitOfWork, place: Place) -> int:
    """Lets a try begin, and counts it as failed until it is forgiven, so that many at once gain nothing. Raises TooManyTries.

    Gives what the try is known by. Where the owner was before, what others try in the same network at other accounts does not count.
    """
    advisory_locks.wait_for_thing(work.session, place.turn)
    here = _wait_s(work, BACK_OFF, FailedTry.subject == place.subject, place.counted(work))
    wait = here if place.known else max(here, network_wait_s(work))
    if wait:
        raise TooManyTries(retry_after_s=wait)
    this_try = FailedTry(subject=place.subject, place=place.digest, at=work.real_now)
    work.session.add(this_try)
    work.session.flush()
    return this_try.id


def take_back(work: UnitOfWork, this_try: int) -> None:
    """Counts one try no longer as failed; the others stay."""
    work.session.execute(delete(FailedTry).where(FailedTry.id == this_try))


def count_failure(work: UnitOfWork) -> None:
    """Counts a failed try for the client's networks; the account's was counted when the try began."""
    for network, _weight in _networks(work):
        work.session.add(FailedTry(subject=f"address/{network}", at=work.real_now))


def is_counting(work: UnitOfWork, account_id: UUID) -> bool:
    """Says whether failures at an account are being counted now."""
    counted = (FailedTry.subject == f"account/{account_id}", FailedTry.at > work.real_now - BACK_OFF.memory)
    return bool(work.session.scalar(select(exists().where(*counted))))


def network_wait_s(work: UnitOfWork) -> int:
    """Gives the seconds that the client's networks wait, whatever account is tried; of IPv6 the wider ones have a larger allowance."""
    return max(
        (
            _wait_s(work, ADDRESS_BACK_OFF, FailedTry.subject == f"address/{network}", weight=weight)
            for network, weight in _networks(work)
        ),
        default=0,
    )


def forgive(work: UnitOfWork, place: Place) -> None:
    """Forgets the failures of a place whose owner signed in there; what is tried elsewhere still counts there, and for the network."""
    here = or_(FailedTry.place == place.digest, FailedTry.place.is_(None))
    work.session.execute(delete(FailedTry).where(FailedTry.subject == place.subject, here))


def forgive_all(work: UnitOfWork, settings: IdentitySettings, account_id: UUID) -> None:
    """Forgets the failures at an account whose owner used a mailed link; from where that was done strangers' tries count no more.

    Those of the network stay: it may try other accounts.
    """
    work.session.execute(delete(FailedTry).where(FailedTry.subject == f"account/{account_id}"))
    known_places.remember(work, settings, account_id)


def _networks(work: UnitOfWork) -> tuple[tuple[str, int], ...]:
    return networks_of(work.caller.address) if work.caller.address else ()


def _wait_s(work: UnitOfWork, back_off: BackOff, *counted: ColumnElement[bool], weight: int = 1) -> int:
    lately = select(func.count(), func.max(FailedTry.at)).where(*counted, FailedTry.at > work.real_now - back_off.memory)
    failures, last_at = work.session.execute(lately).one()
    return back_off.wait_s(failures, last_at, work.real_now, weight)
