"""What an invoice is for and about; those that there are, and that the version before writes, are of a registration."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

# `subject_id` is empty where the version before wrote the row: it is about the application that it names.
NULLABLE = ("application_id", "application_reference", "category")
# The version before reads them as there always: it meets an invoice without them only once a charge for something else is in force.
MAY_BE_EMPTY = "-- squawk-ignore ban-drop-not-null\nALTER TABLE invoices ALTER COLUMN {} DROP NOT NULL"


def upgrade() -> None:
    op.add_column("invoices", sa.Column("purpose", sa.Text, nullable=False, server_default="registration"))
    op.add_column("invoices", sa.Column("subject_type", sa.Text, nullable=False, server_default="application"))
    op.add_column("invoices", sa.Column("subject_id", sa.Uuid))
    op.add_column("invoices", sa.Column("effect", sa.Text, server_default="finalises_registration"))
    op.add_column("invoices", sa.Column("due_on", sa.Date))
    for column in NULLABLE:
        op.execute(MAY_BE_EMPTY.format(column))
    op.execute("UPDATE invoices SET subject_id = application_id")
    subject = ["purpose", "subject_type", "subject_id"]
    by_day = ["purpose", "issued_on", "id"]
    with op.get_context().autocommit_block():
        op.create_index(
            "uq_invoices_subject", "invoices", subject, unique=True, if_not_exists=True, postgresql_concurrently=True
        )
        op.create_index("ix_invoices_purpose_issued_on", "invoices", by_day, if_not_exists=True, postgresql_concurrently=True)


def downgrade() -> None:
    # What is for something else has no place in the tables of before.
    op.execute(
        "DO $$ BEGIN IF EXISTS (SELECT FROM invoices WHERE purpose <> 'registration') "
        "THEN RAISE EXCEPTION 'there are invoices for other purposes than registration'; END IF; END $$"
    )
    op.drop_index("ix_invoices_purpose_issued_on", "invoices")
    op.drop_index("uq_invoices_subject", "invoices")
    for column in NULLABLE:
        op.alter_column("invoices", column, nullable=False)
    for column in ("due_on", "effect", "subject_id", "subject_type", "purpose"):
        op.drop_column("invoices", column)
