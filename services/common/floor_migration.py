"""The part of every service's first migration that makes the floor's tables."""

from alembic import op

from services.common.tables import floor


def create_floor() -> None:
    """Creates outbox, inbox, audit and idempotency tables."""
    floor.create_all(op.get_bind(), checkfirst=False)
