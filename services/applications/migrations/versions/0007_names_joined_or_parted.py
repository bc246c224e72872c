"""Names in the staff's queue are found however they are joined or parted, and with or without what nobody sees."""

from services.common.persistence.floor_migration import index_letters

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    index_letters("ix_application_name_joined", "applications", "applicant_name", kept_key="ix_application_name_letters")
