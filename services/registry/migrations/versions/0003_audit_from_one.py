"""Nothing stands before the first entry of the audit trail (B8)."""

from services.common.persistence.floor_migration import begin_audit_at_one

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    begin_audit_at_one()
