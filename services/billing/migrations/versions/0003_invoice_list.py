"""Indexes for the staff's lists of invoices and payments: the orders they are read in, and what they are looked for by."""

import sqlalchemy as sa
from alembic import op

from services.common.persistence.floor_migration import create_name_key, index_names

revision = "0003"
down_revision = "0002"

BY_NAME = sa.text('bill_to COLLATE "fr-CA-x-icu"')


def upgrade() -> None:
    create_name_key()
    index_names("ix_invoices_name_letters", "invoices", "bill_to")
    # With what sums are made of, so that these need not visit every invoice.
    op.create_index(
        "ix_invoices_issued_on", "invoices", ["issued_on", "id"], postgresql_include=["state", "currency", "total_cents"]
    )
    op.create_index("ix_invoices_state_issued_on", "invoices", ["state", "issued_on", "id"])
    op.create_index("ix_invoices_name", "invoices", [BY_NAME, "id"])
    op.create_index("ix_invoices_total_cents", "invoices", ["total_cents", "id"])
    op.create_index("ix_invoices_application_reference", "invoices", ["application_reference"])
    op.create_index("ix_invoice_lines_fee", "invoice_lines", ["fee", "invoice_id"])
    op.create_index("ix_payments_invoice_id", "payments", ["invoice_id"])
    op.create_index("ix_payments_amount_cents", "payments", ["amount_cents", "id"])
