"""Facts that are not public: previous names, date of birth, home address, telephone number; practice sites; and what waits to become such."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.registry.facts.shape import columns, constraints

revision = "0009"
down_revision = "0008"

ADDRESS = ("street", "city", "province", "postal_code", "country")
TABLES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {  # for what one holds, what must be said, what may
    "previous_names": (("name",), ("name",), ()),
    "home_addresses": ((), (), ADDRESS),
    "telephones": ((), ("phone",), ()),
    "practice_sites": (("name",), ("name",), ("phone", *ADDRESS)),
}


def upgrade() -> None:
    for table, (one_for, needed, more) in TABLES.items():
        own = [*(sa.Column(name, sa.Text, nullable=False) for name in needed), *(sa.Column(name, sa.Text) for name in more)]
        op.create_table(table, *columns(), *own, *constraints(table, one_for))
    born_on = sa.Column("born_on", sa.Date, nullable=False)
    op.create_table("dates_of_birth", *columns(), born_on, *constraints("dates_of_birth", ()))
    for table in (*TABLES, "dates_of_birth"):
        op.execute(f"CREATE TRIGGER keep_facts AFTER UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION keep_facts()")
    op.create_table(
        "pending_descriptions",
        sa.Column("application_id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("said", JSONB),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
    )
