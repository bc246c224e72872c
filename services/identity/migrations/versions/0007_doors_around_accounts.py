"""Known places, mails that strangers cause, links that can be mailed again, and when a session was last used.

All of it is added: a replica of the release before goes on, and what it writes counts as elsewhere, as a link of its own, as in use.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("failed_tries", sa.Column("place", sa.LargeBinary))
    op.create_table(
        "known_places",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("place", sa.LargeBinary, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "place", name="pk_known_places"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_known_places_account_id"),
    )
    op.create_index("ix_known_places_seen_at", "known_places", ["seen_at"])
    op.create_table(
        "caused_mails",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("recipient", sa.LargeBinary, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("asked_by", sa.Uuid),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_caused_mails"),
    )
    op.create_index("ix_caused_mails_recipient", "caused_mails", ["recipient", "kind", "at"])
    op.create_index("ix_caused_mails_at", "caused_mails", ["at"])
    op.add_column("mailed_links", sa.Column("seed", sa.LargeBinary))
    op.add_column("mailed_links", sa.Column("former_digest", sa.LargeBinary))
    op.add_column("mailed_links", sa.Column("former_expires_at", INSTANT))
    op.create_unique_constraint("uq_mailed_links_former_digest", "mailed_links", ["former_digest"])
    op.add_column("sessions", sa.Column("browser", sa.Boolean, nullable=False, server_default="false"))
    op.add_column("sessions", sa.Column("last_used_at", INSTANT))
