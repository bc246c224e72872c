"""Contacts, known applications and messages."""

import sqlalchemy as sa
from alembic import op

from services.common.persistence.floor_migration import create_floor

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
UNDER_WAY = "delivery IN ('waiting', 'retrying')"


def upgrade() -> None:
    create_floor()
    op.create_table(
        "contacts",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("email_as_of", INSTANT, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("name_as_of", INSTANT),
        sa.Column("application_id", sa.Text),
        sa.PrimaryKeyConstraint("account_id", name="pk_contacts"),
        sa.CheckConstraint("language IN ('en', 'fr')", name="ck_contacts_language"),
    )
    op.create_table(
        "known_applications",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_known_applications"),
        sa.ForeignKeyConstraint(["account_id"], ["contacts.account_id"], name="fk_known_applications_account_id"),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("in_both", sa.Boolean, nullable=False),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("had_link", sa.Boolean, nullable=False),
        sa.Column("sealed_link", sa.Text),
        sa.Column("correlation_id", sa.Text, nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("read_at", INSTANT),
        sa.Column("delivery", sa.Text, nullable=False, server_default="waiting"),
        sa.Column("sending", sa.Integer, nullable=False, server_default="0"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", INSTANT, nullable=False, server_default=sa.func.now()),
        sa.Column("asked_at", INSTANT, nullable=False, server_default=sa.func.now()),
        sa.Column("claimed_until", INSTANT),
        sa.Column("delivered_at", INSTANT),
        sa.Column("last_error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.ForeignKeyConstraint(["account_id"], ["contacts.account_id"], name="fk_messages_account_id"),
        sa.UniqueConstraint("kind", "key", name="uq_messages_kind_key"),
        sa.CheckConstraint("language IN ('en', 'fr')", name="ck_messages_language"),
        sa.CheckConstraint("delivery IN ('waiting', 'sent', 'retrying', 'bounced', 'given_up')", name="ck_messages_delivery"),
        sa.CheckConstraint(f"sealed_link IS NULL OR (had_link AND {UNDER_WAY})", name="ck_messages_link_erased"),
        sa.CheckConstraint("delivery <> 'sent' OR delivered_at IS NOT NULL", name="ck_messages_delivered"),
    )
    op.create_index("ix_messages_account_id_id", "messages", ["account_id", "id"])
    op.create_index("ix_messages_delivery_id", "messages", ["delivery", "id"])
    op.create_index("ix_messages_unread", "messages", ["account_id"], postgresql_where=sa.text("read_at IS NULL"))
    op.create_index("ix_messages_due", "messages", ["due_at"], postgresql_where=sa.text(UNDER_WAY))
