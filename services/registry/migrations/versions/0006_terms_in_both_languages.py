"""Terms, conditions and limitations in both languages, beside the texts of one language that earlier releases read and write (P3)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.contracts.terms_restated import restate

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("pending_registrations", sa.Column("terms", JSONB))
    op.add_column("register_entries", sa.Column("terms", JSONB))
    restate(op.get_bind(), "pending_registrations", "application_id")
    # The history says what it said: this adds what its words are in each language, by the owner of the table, within this transaction.
    op.execute("ALTER TABLE register_entries DISABLE TRIGGER keep_history")
    restate(op.get_bind(), "register_entries", "id")
    op.execute("ALTER TABLE register_entries ENABLE TRIGGER keep_history")
