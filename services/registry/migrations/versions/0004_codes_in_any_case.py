"""Certificates are found by their code in any case, as people copy it from paper."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_index("ix_certificates_code_in_any_case", "certificates", [sa.text("lower(verification_code)")])
