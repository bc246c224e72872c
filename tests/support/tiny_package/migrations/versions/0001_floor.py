"""The floor's tables."""

from services.common.persistence.floor_migration import create_floor

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_floor()
