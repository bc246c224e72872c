"""Where an account has been signed in to lately: the failed tries of strangers elsewhere do not count there.

A place is a client's network (of an IPv6 address its /64), kept as a keyed digest for each account, so that the table tells nobody
where somebody was, nor that two people were at one place.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert

from services.common.persistence.unit_of_work import UnitOfWork
from services.common.security.client_networks import UNKNOWN, networks_of
from services.identity.models import KnownPlace
from services.identity.settings import IdentitySettings

KEPT = timedelta(days=90)
_NOBODY = UUID(int=0)


def place_of(work: UnitOfWork, settings: IdentitySettings, subject: str) -> bytes:
    """Gives the digest of the place that the caller is at, as it is known for what tries are counted under."""
    return settings.digests.of("place", subject, _network(work) or UNKNOWN)


def is_known(work: UnitOfWork, account_id: UUID | None, place: bytes) -> bool:
    """Says whether the account was signed in to from there; asks the database also where there is no account."""
    return work.session.scalar(places_of(work, account_id or _NOBODY).where(KnownPlace.place == place)) is not None


def places_of(work: UnitOfWork, account_id: UUID) -> Select[tuple[bytes]]:
    """Selects the places that the account was signed in to from."""
    return select(KnownPlace.place).where(KnownPlace.account_id == account_id, KnownPlace.seen_at > work.real_now - KEPT)


def remember(work: UnitOfWork, settings: IdentitySettings, account_id: UUID) -> None:
    """Keeps the caller's place for an account whose owner has just shown to be there; without a client's address, nothing."""
    if _network(work) is None:
        return
    place = place_of(work, settings, f"account/{account_id}")
    row = insert(KnownPlace).values(account_id=account_id, place=place, seen_at=work.real_now)
    again = {"seen_at": row.excluded.seen_at}
    work.session.execute(row.on_conflict_do_update(index_elements=[KnownPlace.account_id, KnownPlace.place], set_=again))


def _network(work: UnitOfWork) -> str | None:
    narrowest = networks_of(work.caller.address)[0][0] if work.caller.address else UNKNOWN
    return None if narrowest == UNKNOWN else narrowest
