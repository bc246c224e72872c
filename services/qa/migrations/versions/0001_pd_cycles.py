"""The floor's tables and PD cycles."""

import sqlalchemy as sa
from alembic import op

from services.common.persistence.floor_migration import create_floor

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_floor()
    op.create_table(
        "pd_cycles",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("registrant_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("required_hours", sa.Integer, nullable=False),
        sa.Column("attestation_opens_on", sa.Date, nullable=False),
        sa.Column("attestation_due_on", sa.Date, nullable=False),
        sa.Column("self_assessment_due_on", sa.Date),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("registrant_id", "starts_on"),
        sa.CheckConstraint("starts_on <= attestation_due_on AND attestation_opens_on <= attestation_due_on", name="days"),
        sa.CheckConstraint("required_hours >= 0", name="hours"),
    )
    op.create_index("ix_pd_cycles_of_account", "pd_cycles", ["account_id", "starts_on"])
