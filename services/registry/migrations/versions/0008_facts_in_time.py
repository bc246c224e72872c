"""Facts in time: a table for each kind; what the register says of them as a document.

Nothing is carried over here: registrants of earlier releases, and of those that run beside this one, are carried over by a timer in small
batches (`services/registry/carrying_over.py`), so that a register of any size stays open meanwhile.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.registry.facts.shape import columns, constraints

revision = "0008"
down_revision = "0007"

STATUSES = "status IN ('active', 'late', 'suspended', 'resigned', 'revoked', 'expired')"
# What each kind says, as it was when this was written, and for what one of it holds at a time.
TABLES: dict[str, tuple[tuple[str, ...] | None, list[sa.schema.SchemaItem]]] = {
    "legal_names": ((), [sa.Column(name, sa.Text, nullable=False) for name in ("legal_name", "first_name", "last_name")]),
    "commonly_used_names": ((), [sa.Column("name", sa.Text, nullable=False)]),
    "held_categories": ((), [sa.Column("category", sa.Text, nullable=False)]),
    "statuses": (
        (),
        [
            sa.Column("status", sa.Text, nullable=False),
            sa.Column("reason_en", sa.Text),
            sa.Column("reason_fr", sa.Text),
            sa.CheckConstraint(STATUSES, name="status"),
        ],
    ),
    "imposed_terms": (
        None,
        [*(sa.Column(name, sa.Text) for name in ("code", "en", "fr")), sa.Column("position", sa.Integer, nullable=False)],
    ),
    "languages_of_care": (
        ("language",),
        [sa.Column("language", sa.Text, nullable=False), sa.Column("position", sa.Integer, nullable=False)],
    ),
}
# Fires after the change; raising undoes it. Holds for the owner of the table too.
KEEP_FACTS = """
CREATE FUNCTION keep_facts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.superseded_at IS NULL AND NEW.superseded_at IS NOT NULL
        AND to_jsonb(NEW) - 'superseded_at' = to_jsonb(OLD) - 'superseded_at' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'a fact is never changed or deleted: supersede it and record another'
        USING ERRCODE = 'restrict_violation';
END
$$
"""


def upgrade() -> None:
    op.execute(sa.text(KEEP_FACTS))
    for table, (one_for, own) in TABLES.items():
        op.create_table(table, *columns(), *own, *constraints(table, one_for))
        op.execute(
            f"CREATE TRIGGER keep_facts AFTER UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION keep_facts()"
        )
    op.create_table(
        "composed_days",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.add_column("register_entries", sa.Column("document", JSONB))
