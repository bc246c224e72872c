"""The staff's queue: who has taken an application on, and the orders in which it can be read."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

NEWEST = sa.text("coalesce(submitted_at, '-infinity'::timestamptz)")


def upgrade() -> None:
    op.add_column("applications", sa.Column("assigned_to", sa.Uuid))
    op.create_index("ix_application_assigned", "applications", ["assigned_to"], postgresql_where=sa.text("assigned_to IS NOT NULL"))
    op.create_index("ix_application_newest", "applications", [NEWEST, "id"])
