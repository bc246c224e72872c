"""Invoices, payments, checkouts, the ledger and papers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import CreateSequence, Sequence

from services.common.persistence.floor_migration import create_floor

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# One entry may have no posting that is left alone, and none in a currency that does not cancel out. Checked at commit, when all are there.
BALANCE = """
CREATE FUNCTION ledger_entry_must_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched record;
    entry uuid;
BEGIN
    IF TG_OP = 'DELETE' THEN touched := OLD; ELSE touched := NEW; END IF;
    entry := (to_jsonb(touched) ->> TG_ARGV[0])::uuid;
    IF NOT EXISTS (SELECT 1 FROM ledger_entries WHERE id = entry) THEN
        RETURN NULL;
    END IF;
    IF (SELECT count(*) FROM ledger_postings WHERE entry_id = entry) < 2
        OR EXISTS (SELECT 1 FROM ledger_postings WHERE entry_id = entry GROUP BY currency HAVING sum(amount_cents) <> 0)
    THEN
        RAISE EXCEPTION 'ledger entry % does not balance', entry USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balances';
    END IF;
    RETURN NULL;
END $$
"""
BALANCED_ENTRIES = """
CREATE CONSTRAINT TRIGGER ledger_balances AFTER INSERT ON ledger_entries DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION ledger_entry_must_balance('id')
"""
BALANCED_POSTINGS = """
CREATE CONSTRAINT TRIGGER ledger_balances AFTER INSERT OR UPDATE OR DELETE ON ledger_postings DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION ledger_entry_must_balance('entry_id')
"""


def upgrade() -> None:
    create_floor()
    op.execute(CreateSequence(Sequence("invoice_numbers")))
    op.execute(CreateSequence(Sequence("receipt_numbers")))
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "invoices",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("application_reference", sa.Text, nullable=False),
        sa.Column("bill_to", sa.Text, nullable=False),
        sa.Column("category", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("subtotal_cents", sa.BigInteger, nullable=False),
        sa.Column("total_cents", sa.BigInteger, nullable=False),
        sa.Column("issued_at", instant, nullable=False),
        sa.Column("issued_on", sa.Date, nullable=False),
        sa.Column("paid_at", instant),
        sa.Column("receipt_number", sa.Text),
        sa.Column("finalised_at", instant),
        sa.Column("replays", sa.Integer, nullable=False),
        sa.Column("replay_due_at", instant),
        sa.PrimaryKeyConstraint("id", name="pk_invoices"),
        sa.UniqueConstraint("number", name="uq_invoices_number"),
        sa.UniqueConstraint("application_id", name="uq_invoices_application_id"),
        sa.UniqueConstraint("receipt_number", name="uq_invoices_receipt_number"),
        sa.CheckConstraint("state IN ('open', 'being_finalised', 'finalised', 'void')", name="ck_invoices_state"),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="ck_invoices_currency"),
        sa.CheckConstraint("subtotal_cents > 0 AND total_cents >= subtotal_cents", name="ck_invoices_amounts"),
        sa.CheckConstraint("(state IN ('being_finalised', 'finalised')) = (paid_at IS NOT NULL)", name="ck_invoices_paid"),
        sa.CheckConstraint("(paid_at IS NULL) = (receipt_number IS NULL)", name="ck_invoices_receipt"),
        sa.CheckConstraint("(state = 'finalised') = (finalised_at IS NOT NULL)", name="ck_invoices_finalised"),
        sa.CheckConstraint("(state = 'being_finalised') = (replay_due_at IS NOT NULL)", name="ck_invoices_replay"),
    )
    op.create_index("ix_invoices_account_id_id", "invoices", ["account_id", "id"])
    op.create_index("ix_invoices_unfinished", "invoices", ["replay_due_at"], postgresql_where=sa.text("state = 'being_finalised'"))
    op.create_table(
        "invoice_lines",
        sa.Column("invoice_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("fee", sa.Text, nullable=False),
        sa.Column("description_en", sa.Text, nullable=False),
        sa.Column("description_fr", sa.Text, nullable=False),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
        sa.Column("tax_code", sa.Text, nullable=False),
        sa.Column("tax_cents", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("invoice_id", "position", name="pk_invoice_lines"),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name="fk_invoice_lines_invoice_id"),
    )
    op.create_table(
        "invoice_taxes",
        sa.Column("invoice_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("name_en", sa.Text, nullable=False),
        sa.Column("name_fr", sa.Text, nullable=False),
        sa.Column("rate_basis_points", sa.Integer, nullable=False),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("invoice_id", "position", name="pk_invoice_taxes"),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name="fk_invoice_taxes_invoice_id"),
    )
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("provider_payment_id", sa.Text, nullable=False),
        sa.Column("provider_checkout_id", sa.Text),
        sa.Column("invoice_id", sa.Uuid),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("paid_at", instant, nullable=False),
        sa.Column("recorded_at", instant, nullable=False),
        sa.Column("method_brand", sa.Text),
        sa.Column("method_last4", sa.Text),
        sa.Column("flag", sa.Text),
        sa.Column("receipt_number", sa.Text),
        sa.Column("resolved_note", sa.Text),
        sa.Column("resolved_at", instant),
        sa.Column("resolved_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_payments"),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name="fk_payments_invoice_id"),
        sa.UniqueConstraint("provider_payment_id", name="uq_payments_provider_payment_id"),
        sa.UniqueConstraint("receipt_number", name="uq_payments_receipt_number"),
        sa.CheckConstraint("amount_cents > 0", name="ck_payments_amount"),
        sa.CheckConstraint(
            "flag IN ('amount_mismatch', 'currency_mismatch', 'unknown_invoice', 'already_paid', 'invoice_void')",
            name="ck_payments_flag",
        ),
        sa.CheckConstraint("(flag IS NULL) = (receipt_number IS NOT NULL)", name="ck_payments_receipt"),
        sa.CheckConstraint("flag IS NOT NULL OR invoice_id IS NOT NULL", name="ck_payments_settles"),
        sa.CheckConstraint("(resolved_at IS NULL) = (resolved_note IS NULL)", name="ck_payments_resolved"),
        sa.CheckConstraint("resolved_at IS NULL OR flag IS NOT NULL", name="ck_payments_resolved_flag"),
    )
    op.create_index("uq_payments_settling", "payments", ["invoice_id"], unique=True, postgresql_where=sa.text("flag IS NULL"))
    op.create_index(
        "ix_payments_to_resolve", "payments", ["id"], postgresql_where=sa.text("flag IS NOT NULL AND resolved_at IS NULL")
    )
    op.create_table(
        "checkouts",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("invoice_id", sa.Uuid, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("provider_checkout_id", sa.Text, nullable=False),
        sa.Column("pay_url", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("opened_at", instant, nullable=False),
        sa.Column("expires_at", instant, nullable=False),
        sa.Column("asks", sa.Integer, nullable=False),
        sa.Column("ask_due_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_checkouts"),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name="fk_checkouts_invoice_id"),
        sa.UniqueConstraint("provider_checkout_id", name="uq_checkouts_provider_checkout_id"),
        sa.UniqueConstraint("invoice_id", "attempt", name="uq_checkouts_invoice_id_attempt"),
        sa.CheckConstraint("state IN ('open', 'paid', 'expired')", name="ck_checkouts_state"),
    )
    op.create_index("ix_checkouts_to_ask", "checkouts", ["ask_due_at"], postgresql_where=sa.text("state = 'open'"))
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("invoice_id", sa.Uuid),
        sa.Column("payment_id", sa.Uuid),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_entries"),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name="fk_ledger_entries_invoice_id"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="fk_ledger_entries_payment_id"),
        sa.CheckConstraint("kind IN ('invoice_issued', 'payment_received', 'payment_unapplied')", name="ck_ledger_entries_kind"),
        sa.CheckConstraint("(kind = 'invoice_issued') = (payment_id IS NULL)", name="ck_ledger_entries_subject"),
    )
    op.create_index(
        "uq_ledger_entries_invoice", "ledger_entries", ["invoice_id"], unique=True, postgresql_where=sa.text("payment_id IS NULL")
    )
    op.create_index("uq_ledger_entries_payment", "ledger_entries", ["payment_id"], unique=True)
    op.create_table(
        "ledger_postings",
        sa.Column("entry_id", sa.Uuid, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("detail", sa.Text),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "position", name="pk_ledger_postings"),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entries.id"], name="fk_ledger_postings_entry_id"),
        sa.CheckConstraint(
            "account IN ('receivable', 'fee_revenue', 'tax_payable', 'cash_at_provider', 'unapplied_payments')",
            name="ck_ledger_postings_account",
        ),
        sa.CheckConstraint("amount_cents <> 0", name="ck_ledger_postings_amount"),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="ck_ledger_postings_currency"),
    )
    op.execute(BALANCE)
    op.execute(BALANCED_ENTRIES)
    op.execute(BALANCED_POSTINGS)
    op.create_table(
        "papers",
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("made_at", instant, nullable=False),
        sa.PrimaryKeyConstraint("number", "language", "state", name="pk_papers"),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="ck_papers_sha256"),
    )


def downgrade() -> None:
    for table in ("papers", "ledger_postings", "ledger_entries", "checkouts", "payments", "invoice_taxes", "invoice_lines", "invoices"):
        op.drop_table(table)
    op.execute("DROP FUNCTION ledger_entry_must_balance")
    op.execute("DROP SEQUENCE receipt_numbers, invoice_numbers")
    for table in ("idempotency", "audit", "inbox", "outbox"):
        op.drop_table(table)
