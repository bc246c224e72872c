"""Nothing stands before the first entry of the audit trail (B8)."""

from services.common.persistence.floor_migration import begin_audit_at_one

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    begin_audit_at_one()
