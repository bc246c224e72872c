"""The index of the message log in the order of addresses."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_index("ix_messages_recipient_id", "messages", ["recipient", "id"])
