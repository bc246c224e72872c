"""What an application itself costs (R8), and its invoice; those that there are cost nothing here."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("applications", sa.Column("fee", sa.Text, nullable=False, server_default="none"))
    op.add_column("applications", sa.Column("fee_invoice_number", sa.Text))
    op.create_check_constraint(
        op.f("ck_applications_fee"), "applications", "fee IN ('none', 'to_be_paid', 'paid')", postgresql_not_valid=True
    )


def downgrade() -> None:
    for column in ("fee_invoice_number", "fee"):
        op.drop_column("applications", column)
