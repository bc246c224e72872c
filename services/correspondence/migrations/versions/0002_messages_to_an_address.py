"""Messages to people without an account, and to one address whatever is on file."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.alter_column("messages", "account_id", nullable=True)
    op.add_column("messages", sa.Column("for_address", sa.Boolean, nullable=False, server_default="false"))
    op.create_check_constraint("ck_messages_addressed", "messages", "account_id IS NOT NULL OR for_address")
