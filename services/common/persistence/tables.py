"""The tables that every service has beside its own: outbox, inbox, audit, idempotency keys."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
APPEND_ONLY = {"append_only": True}  # the service's role may insert and read, never update or delete
floor = MetaData(naming_convention=NAMING)

outbox = Table(
    "outbox",
    floor,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("event_id", Uuid, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("envelope", JSONB, nullable=False),
    Column("announced_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("sent_at", DateTime(timezone=True)),
    Index("ix_outbox_unsent", "position", postgresql_where=text("sent_at IS NULL")),
)
inbox = Table(
    "inbox",
    floor,
    Column("event_id", Uuid, primary_key=True),
    Column("handler", Text, primary_key=True),
    Column("handled_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
)
audit = Table(
    "audit",
    floor,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("address", Text),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("before", JSONB),
    Column("after", JSONB),
    Column("correlation_id", Text, nullable=False, index=True),
    Column("previous_hash", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False, unique=True),
    # What verifies the chain begins at the first position: nothing can stand before it.
    CheckConstraint("position >= 1", "position"),
    # A page of what one person did, or of one kind of act, comes newest first out of the index itself.
    Index("ix_audit_actor_position", "actor", "position"),
    Index("ix_audit_action_position", "action", "position"),
    Index("ix_audit_at", "at"),
    info=APPEND_ONLY,
)
idempotency = Table(
    "idempotency",
    floor,
    Column("key", Text, primary_key=True),
    Column("call", Text, primary_key=True),
    Column("caller", Text, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("reply", JSONB),
    Column("at", DateTime(timezone=True), nullable=False, server_default=func.now(), index=True),
)


def new_metadata() -> MetaData:
    """Makes the metadata of one service's own tables."""
    return MetaData(naming_convention=NAMING)
