"""Indexes for what has ended lately, which the gateway asks for once a second."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("sessions", "delegations"):
        op.create_index(f"ix_{table}_ended_at", table, ["ended_at"], postgresql_where=sa.text("ended_at IS NOT NULL"))
