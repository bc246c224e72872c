"""Answering alike: what is done where there is nothing to do, so that the time of an answer does not tell whether there is an account."""

from sqlalchemy import text

from services.common.persistence.unit_of_work import UnitOfWork
from services.common.security.token_hashing import new_secret
from services.identity.settings import IdentitySettings

_NOTHING = text("SELECT 1")


def pass_the_time(work: UnitOfWork, settings: IdentitySettings, statements: int) -> None:
    """Seals a link that nobody gets and asks the database as often as where there is something to do: the journeys take the time."""
    settings.sealed_box.seal(f"{settings.public_url}/reset-password?token={new_secret()}")
    for _ in range(statements):
        work.session.execute(_NOTHING)
