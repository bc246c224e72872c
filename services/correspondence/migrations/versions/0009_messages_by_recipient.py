"""Messages are found by how their address begins, whatever its case."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("CREATE INDEX ix_messages_recipient_begins ON messages (lower(recipient) text_pattern_ops)")
