"""The trace that a message was written in, which the sending of its mail goes on with."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("messages", sa.Column("traceparent", sa.Text))
