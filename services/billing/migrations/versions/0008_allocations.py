"""What of a payment is applied to which invoice: payments that settled one, wholly; an invoice may be paid in parts where its charge says so."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

# Nothing is applied twice: neither more than was paid, nor more than the invoice comes to.
LIMIT = """
CREATE FUNCTION allocations_must_fit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(amount_cents) FROM payment_allocations WHERE payment_id = NEW.payment_id)
            > (SELECT amount_cents FROM payments WHERE id = NEW.payment_id)
        OR (SELECT sum(amount_cents) FROM payment_allocations WHERE invoice_id = NEW.invoice_id)
            > (SELECT total_cents FROM invoices WHERE id = NEW.invoice_id)
    THEN
        RAISE EXCEPTION 'more is applied than there is, payment %', NEW.payment_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocations_fit';
    END IF;
    RETURN NULL;
END $$
"""
LIMITED = """
CREATE TRIGGER allocations_fit AFTER INSERT ON payment_allocations FOR EACH ROW EXECUTE FUNCTION allocations_must_fit()
"""
CARRIED_OVER = """
INSERT INTO payment_allocations (payment_id, invoice_id, amount_cents, at)
SELECT id, invoice_id, amount_cents, recorded_at FROM payments WHERE flag IS NULL
"""


def upgrade() -> None:
    op.create_table(
        "payment_allocations",
        sa.Column("payment_id", sa.Uuid, nullable=False),
        sa.Column("invoice_id", sa.Uuid, nullable=False),
        sa.Column("amount_cents", sa.BigInteger, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("payment_id", "invoice_id", name="pk_payment_allocations"),
        sa.ForeignKeyConstraint(["payment_id"], ["payments.id"], name="fk_payment_allocations_payment_id"),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoices.id"], name="fk_payment_allocations_invoice_id"),
        sa.CheckConstraint("amount_cents > 0", name="ck_payment_allocations_amount"),
    )
    op.create_index("ix_payment_allocations_invoice_id", "payment_allocations", ["invoice_id"])
    op.execute(CARRIED_OVER)
    op.execute(LIMIT)
    op.execute(LIMITED)
    op.add_column("invoices", sa.Column("may_be_paid_in_parts", sa.Boolean, nullable=False, server_default=sa.false()))
    # Several payments may settle one invoice; that they do not settle more than there is, the trigger holds.
    with op.get_context().autocommit_block():
        op.drop_index("uq_payments_settling", "payments", postgresql_concurrently=True, if_exists=True)


def downgrade() -> None:
    op.create_index("uq_payments_settling", "payments", ["invoice_id"], unique=True, postgresql_where=sa.text("flag IS NULL"))
    op.drop_column("invoices", "may_be_paid_in_parts")
    op.drop_table("payment_allocations")
    op.execute("DROP FUNCTION allocations_must_fit")
