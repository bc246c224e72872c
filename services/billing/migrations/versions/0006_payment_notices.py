"""Notices of the payment provider that are no payment to be recorded: each is kept once, and flagged where a person must look."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "payment_notices",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("type", sa.Text),
        sa.Column("flag", sa.Text),
        sa.Column("received_at", instant, nullable=False),
        sa.Column("provider_payment_id", sa.Text),
        sa.Column("provider_checkout_id", sa.Text),
        sa.Column("reference", sa.Text),
        sa.Column("invoice_id", sa.Uuid),
        sa.Column("payment_id", sa.Uuid),
        sa.Column("amount_cents", sa.BigInteger),
        sa.Column("currency", sa.Text),
        sa.Column("said", sa.Text),
        sa.Column("resolved_note", sa.Text),
        sa.Column("resolved_at", instant),
        sa.Column("resolved_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_payment_notices"),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name="fk_payment_notices_invoice_id"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="fk_payment_notices_payment_id"),
        sa.UniqueConstraint("key", name="uq_payment_notices_key"),
        sa.CheckConstraint("(amount_cents IS NULL) = (currency IS NULL)", name="ck_payment_notices_amount"),
        sa.CheckConstraint("length(said) <= 4000", name="ck_payment_notices_said"),
        sa.CheckConstraint("(resolved_at IS NULL) = (resolved_note IS NULL)", name="ck_payment_notices_resolved"),
        sa.CheckConstraint("(resolved_at IS NULL) = (resolved_by IS NULL)", name="ck_payment_notices_resolved_by"),
        sa.CheckConstraint("resolved_at IS NULL OR flag IS NOT NULL", name="ck_payment_notices_resolved_flag"),
    )
    waiting = sa.text("flag IS NOT NULL AND resolved_at IS NULL")
    op.create_index("ix_payment_notices_open", "payment_notices", ["id"], postgresql_where=waiting)
    op.create_index("ix_payments_open", "payments", ["id"], postgresql_where=waiting)
    op.create_index("ix_payment_notices_invoice_id", "payment_notices", ["invoice_id"])
