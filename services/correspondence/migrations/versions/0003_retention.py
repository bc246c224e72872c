"""Retention: legal holds, and finding the messages that are past their time (R15)."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("hold_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("lifted", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("hold_id", name="pk_legal_holds"),
    )
    op.create_index("ix_legal_holds_in_force", "legal_holds", ["account_id"], postgresql_where=sa.text("NOT lifted"))
    op.create_index("ix_messages_written_at", "messages", ["written_at"])
