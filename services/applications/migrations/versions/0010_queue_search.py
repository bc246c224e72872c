"""The queue is searched by registration number and by names with a slip in them, and what is finished no longer stands on top of it."""

import sqlalchemy as sa
from alembic import op

from services.common.persistence.floor_migration import index_slips

revision = "0010"
down_revision = "0009"

PLACE = """
CREATE FUNCTION queue_place(state text, submitted_at timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN state IN ('refused', 'withdrawn', 'lapsed', 'finalised') THEN timestamptz 'infinity'
        ELSE coalesce(submitted_at, timestamptz '9999-12-31T00:00:00+00:00') END
$$
"""
ORDER = sa.text("queue_place(state, submitted_at)")


def upgrade() -> None:
    op.create_index("ix_timeline_entry_registered", "timeline_entries", ["note"], postgresql_where=sa.text("kind = 'finalised'"))
    index_slips("ix_application_name_slips", "applications", "applicant_name")
    op.execute(sa.text(PLACE))
    # A service of the release before sorts by what was indexed until now, which it does without the index too.
    for index in ("ix_application_queue", "ix_application_state_queue"):
        op.drop_index(index)
    op.create_index("ix_application_queue", "applications", [ORDER, "id"])
    op.create_index("ix_application_state_queue", "applications", ["state", ORDER, "id"])
