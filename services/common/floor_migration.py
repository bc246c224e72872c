"""The parts of every service's migrations that make the floor's tables, and what was added to them later."""

from alembic import op

from services.common.tables import audit, floor


def create_floor() -> None:
    """Creates outbox, inbox, audit and idempotency tables."""
    floor.create_all(op.get_bind(), checkfirst=False)


def index_audit() -> None:
    """Creates the audit table's indexes where they are missing: a database that is new has them from the start."""
    for index in audit.indexes:
        index.create(op.get_bind(), checkfirst=True)
