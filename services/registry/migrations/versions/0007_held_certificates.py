"""Certificates that wait for a font."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "held_certificates",
        sa.Column("certificate_id", sa.Uuid, sa.ForeignKey("certificates.id"), primary_key=True),
        sa.Column("letters", JSONB, nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
