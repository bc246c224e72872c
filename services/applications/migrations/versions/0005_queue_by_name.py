"""Indexes of the staff's queue for names: in their order, and by any part of one."""

import sqlalchemy as sa
from alembic import op

from services.common.persistence.floor_migration import create_name_key, index_names

revision = "0005"
down_revision = "0004"

NAME_ORDER = sa.text("coalesce(applicant_name, '\uffff') COLLATE \"fr-CA-x-icu\"")


def upgrade() -> None:
    create_name_key()
    index_names("ix_application_name_letters", "applications", "applicant_name")
    op.create_index("ix_application_name", "applications", [NAME_ORDER, "id"])
