"""Indexes for looking into the audit trail by who, what and when (B8)."""

from services.common.persistence.floor_migration import index_audit

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    index_audit()
