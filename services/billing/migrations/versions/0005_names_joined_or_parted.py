"""Names on invoices are found however they are joined or parted, and with or without what nobody sees."""

from services.common.persistence.floor_migration import index_letters

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    index_letters("ix_invoices_name_joined", "invoices", "bill_to", kept_key="ix_invoices_name_letters")
