"""Links for every purpose, second factors, what is known of a session, support, delegates, programs, legal holds.

The activation links that are on their way keep working: they move to the table of all mailed links.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _accounts()
    _links()
    _sessions()
    _factors()
    _access_requests()
    _delegations()
    _programs()
    _holds()


def _accounts() -> None:
    op.alter_column("accounts", "password_hash", nullable=True)
    for name in ("suspended_at", "migrated_at", "invitation_asked_at", "invited_at"):
        op.add_column("accounts", sa.Column(name, INSTANT))
    op.create_index(
        "ix_accounts_invitation_asked_at",
        "accounts",
        ["invitation_asked_at"],
        postgresql_where=sa.text("invitation_asked_at IS NOT NULL"),
    )
    op.create_index("ix_accounts_email_key_text", "accounts", ["email_key"], postgresql_ops={"email_key": "text_pattern_ops"})


def _links() -> None:
    op.create_table(
        "mailed_links",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("token_digest", sa.LargeBinary, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("detail", JSONB),
        sa.PrimaryKeyConstraint("account_id", "purpose", name="pk_mailed_links"),
        sa.UniqueConstraint("token_digest", name="uq_mailed_links_token_digest"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_mailed_links_account_id"),
    )
    op.create_index("ix_mailed_links_expires_at", "mailed_links", ["expires_at"])
    op.execute(
        "INSERT INTO mailed_links (account_id, purpose, token_digest, issued_at, expires_at) "
        "SELECT account_id, 'activation', token_digest, issued_at, expires_at FROM activation_links"
    )
    op.drop_table("activation_links")


def _sessions() -> None:
    op.add_column("sessions", sa.Column("proved_at", INSTANT))
    op.execute("UPDATE sessions SET proved_at = begun_at")
    op.alter_column("sessions", "proved_at", nullable=False)
    op.add_column("sessions", sa.Column("second_factor", sa.Boolean, nullable=False, server_default="false"))
    op.add_column("sessions", sa.Column("address", sa.Text))
    op.add_column("sessions", sa.Column("device", sa.Text))


def _factors() -> None:
    op.create_table(
        "factors",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("last_used_at", INSTANT),
        sa.Column("sealed_secret", sa.Text),
        sa.Column("last_step", sa.BigInteger),
        sa.Column("credential_id", sa.LargeBinary),
        sa.Column("public_key", sa.LargeBinary),
        sa.Column("sign_count", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_factors"),
        sa.UniqueConstraint("credential_id", name="uq_factors_credential_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_factors_account_id"),
        sa.CheckConstraint("kind IN ('totp', 'passkey')", name="ck_factors_kind"),
        sa.CheckConstraint("(kind = 'totp') = (sealed_secret IS NOT NULL)", name="ck_factors_secret"),
        sa.CheckConstraint("(kind = 'passkey') = (credential_id IS NOT NULL AND public_key IS NOT NULL)", name="ck_factors_credential"),
    )
    op.create_index("ix_factors_account_id", "factors", ["account_id"])
    op.create_table(
        "recovery_codes",
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("code_digest", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("account_id", "code_digest", name="pk_recovery_codes"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_recovery_codes_account_id"),
    )
    op.create_table(
        "challenges",
        sa.Column("token_digest", sa.LargeBinary, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("account_id", sa.Uuid),
        sa.Column("session_id", sa.Uuid),
        sa.Column("nonce", sa.LargeBinary),
        sa.Column("sealed_secret", sa.Text),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("token_digest", name="pk_challenges"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_challenges_account_id"),
    )
    op.create_index("ix_challenges_expires_at", "challenges", ["expires_at"])


def _access_requests() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("access_request_numbers")))
    op.create_table(
        "access_requests",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("contact_email", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("stated", JSONB, nullable=False),
        sa.Column("message", sa.Text),
        sa.Column("account_id", sa.Uuid),
        sa.Column("outcome", sa.Text),
        sa.Column("checks", JSONB, nullable=False, server_default="[]"),
        sa.Column("note", sa.Text),
        sa.Column("proposed_by", sa.Uuid),
        sa.Column("decided_by", sa.Uuid),
        sa.Column("decided_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_access_requests"),
        sa.UniqueConstraint("reference", name="uq_access_requests_reference"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_access_requests_account_id"),
        sa.CheckConstraint("language IN ('en', 'fr')", name="ck_access_requests_language"),
        sa.CheckConstraint("state IN ('open', 'proposed', 'approved', 'refused')", name="ck_access_requests_state"),
        # Four eyes are held by the database too: whoever proposed an approval did not confirm it.
        sa.CheckConstraint("proposed_by IS NULL OR proposed_by IS DISTINCT FROM decided_by", name="ck_access_requests_four_eyes"),
    )
    op.create_index("ix_access_requests_state", "access_requests", ["state", "id"])


def _delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("delegate_id", sa.Uuid),
        sa.Column("delegate_email", sa.Text, nullable=False),
        sa.Column("delegate_name", sa.Text, nullable=False),
        sa.Column("pages", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("invited_at", INSTANT, nullable=False),
        sa.Column("accepted_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("token_digest", sa.LargeBinary),
        sa.Column("token_expires_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_delegations"),
        sa.UniqueConstraint("token_digest", name="uq_delegations_token_digest"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_delegations_account_id"),
        sa.ForeignKeyConstraint(["delegate_id"], ["accounts.id"], name="fk_delegations_delegate_id"),
        sa.CheckConstraint("state IN ('invited', 'active', 'ended')", name="ck_delegations_state"),
        sa.CheckConstraint("account_id IS DISTINCT FROM delegate_id", name="ck_delegations_two_people"),
        sa.CheckConstraint("state <> 'active' OR delegate_id IS NOT NULL", name="ck_delegations_delegate"),
    )
    op.create_index("ix_delegations_account_id", "delegations", ["account_id"])
    op.create_index("ix_delegations_delegate_id", "delegations", ["delegate_id"])


def _programs() -> None:
    op.create_table(
        "programs",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.Text), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary, nullable=False),
        sa.Column("former_digest", sa.LargeBinary),
        sa.Column("former_until", INSTANT),
        sa.Column("registered_at", INSTANT, nullable=False),
        sa.Column("secret_renewed_at", INSTANT, nullable=False),
        sa.Column("last_used_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_programs"),
        sa.UniqueConstraint("client_id", name="uq_programs_client_id"),
    )


def _holds() -> None:
    op.create_table(
        "account_holds",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("placed_at", INSTANT, nullable=False),
        sa.Column("placed_by", sa.Text, nullable=False),
        sa.Column("lifted_at", INSTANT),
        sa.Column("lift_reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_account_holds"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_account_holds_account_id"),
    )
    op.create_index(
        "ix_account_holds_in_force", "account_holds", ["account_id"], postgresql_where=sa.text("lifted_at IS NULL")
    )
