"""Accounts, roles, activation links, sessions with their refresh tokens, and failed tries to sign in."""

import sqlalchemy as sa
from alembic import op

from services.common.persistence.floor_migration import create_floor

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    create_floor()
    op.execute(sa.schema.CreateSequence(sa.Sequence("application_id_numbers")))
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("email_key", sa.Text, nullable=False),
        sa.Column("application_id", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("activated_at", INSTANT),
        sa.Column("email_frozen_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("email_key", name="uq_accounts_email_key"),
        sa.UniqueConstraint("application_id", name="uq_accounts_application_id"),
        sa.CheckConstraint("language IN ('en', 'fr')", name="ck_accounts_language"),
        sa.CheckConstraint("password_hash LIKE '$argon2id$%'", name="ck_accounts_password_hash"),
    )
    op.create_table(
        "held_roles",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "role", name="pk_held_roles"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_held_roles_account_id"),
    )
    op.create_table(
        "activation_links",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("token_digest", sa.LargeBinary, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_activation_links"),
        sa.UniqueConstraint("token_digest", name="uq_activation_links_token_digest"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_activation_links_account_id"),
    )
    op.create_index("ix_activation_links_expires_at", "activation_links", ["expires_at"])
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("rotated_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_sessions_account_id"),
    )
    op.create_index("ix_sessions_account_id", "sessions", ["account_id"])
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_table(
        "refresh_tokens",
        sa.Column("token_digest", sa.LargeBinary, nullable=False),
        sa.Column("session_id", sa.Uuid, nullable=False),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("token_digest", name="pk_refresh_tokens"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_refresh_tokens_session_id", ondelete="CASCADE"),
    )
    op.create_index("ix_refresh_tokens_session_id", "refresh_tokens", ["session_id"])
    op.create_index("ix_refresh_tokens_issued_at", "refresh_tokens", ["issued_at"])
    op.create_table(
        "failed_tries",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_failed_tries"),
    )
    op.create_index("ix_failed_tries_subject", "failed_tries", ["subject", "at"])
    op.create_index("ix_failed_tries_at", "failed_tries", ["at"])
