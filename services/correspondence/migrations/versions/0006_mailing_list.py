"""The mailing list: requests, subscriptions with their proof of consent, mailings and their mails (F65)."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "subscription_requests",
        sa.Column("id", sa.Uuid, nullable=False),
        *_who_agreed_to_what(),
        sa.Column("token_digest", sa.LargeBinary, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("mails", sa.Integer, nullable=False),
        sa.Column("mails_since", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscription_requests"),
        sa.UniqueConstraint("address_key", name="uq_subscription_requests_address_key"),
        sa.UniqueConstraint("token_digest", name="uq_subscription_requests_token_digest"),
        sa.CheckConstraint("language IN ('en', 'fr')", name="ck_subscription_requests_language"),
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Uuid, nullable=False),
        *_who_agreed_to_what(),
        sa.Column("confirmed_at", INSTANT, nullable=False),
        sa.Column("confirmed_from", sa.Text),
        sa.Column("ended_at", INSTANT),
        sa.Column("renewed", sa.Boolean, nullable=False, server_default="false"),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sa.CheckConstraint("language IN ('en', 'fr')", name="ck_subscriptions_language"),
    )
    running, ended = sa.text("ended_at IS NULL"), sa.text("ended_at IS NOT NULL")
    op.create_index("uq_subscriptions_running", "subscriptions", ["address_key"], unique=True, postgresql_where=running)
    op.create_index("ix_subscriptions_ended_at", "subscriptions", ["ended_at"], postgresql_where=ended)
    op.create_table(
        "mailings",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("subject_en", sa.Text, nullable=False),
        sa.Column("subject_fr", sa.Text, nullable=False),
        sa.Column("body_en", sa.Text, nullable=False),
        sa.Column("body_fr", sa.Text, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("finished_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_mailings"),
    )
    unfinished = sa.text("finished_at IS NULL")
    op.create_index("ix_mailings_unfinished", "mailings", ["asked_at"], postgresql_where=unfinished)
    op.create_table(
        "list_mails",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("mailing_id", sa.Uuid, nullable=False),
        sa.Column("address_key", sa.Text, nullable=False),
        sa.Column("unsubscribe_digest", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_list_mails"),
        sa.ForeignKeyConstraint(["mailing_id"], ["mailings.id"], name="fk_list_mails_mailing_id"),
        sa.UniqueConstraint("mailing_id", "address_key", name="uq_list_mails_mailing_id_address_key"),
        sa.UniqueConstraint("unsubscribe_digest", name="uq_list_mails_unsubscribe_digest"),
    )
    op.create_index("ix_list_mails_address_key", "list_mails", ["address_key"])


def _who_agreed_to_what() -> tuple[sa.Column, ...]:
    return (
        sa.Column("address_key", sa.Text, nullable=False),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("wording", sa.Integer, nullable=False),
        sa.Column("consent", sa.Text, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("asked_from", sa.Text),
    )
