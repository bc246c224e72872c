"""That a password does not let in until another one is chosen: the second factor beside it was taken away."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("reset_required_at", sa.DateTime(timezone=True)))
