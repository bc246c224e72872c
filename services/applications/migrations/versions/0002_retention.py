"""Retention: legal holds, and the destruction of what is in an application (R15).

History, timeline and notes can be added to and read, never changed: that holds for the service's role. What is past its time goes by a
function of the tables' owner, which the service may call and which destroys nothing else: no application that is not closed, none under a
legal hold, and the row itself only where nobody ever wrote in it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INSTANT = sa.DateTime(timezone=True)
CLOSED = "state IN ('lapsed', 'withdrawn', 'refused') AND destroyed_at IS NULL"
PARTS = ("application_pages", "documents", "requested_items", "timeline_entries", "review_notes", "application_history")
FUNCTION = f"""
CREATE FUNCTION destroy_application(which uuid, whole boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM applications WHERE id = which AND CASE WHEN whole
        THEN submitted_at IS NULL AND NOT EXISTS (SELECT FROM application_pages WHERE application_id = which)
        ELSE state IN ('lapsed', 'withdrawn', 'refused') END FOR UPDATE;
    IF NOT FOUND OR EXISTS (
        SELECT FROM legal_holds JOIN applications USING (account_id) WHERE applications.id = which AND NOT lifted
    ) THEN
        RAISE EXCEPTION 'application % must not be destroyed', which USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO files_to_remove (sha256, since)
        SELECT DISTINCT sha256, now() FROM documents WHERE application_id = which ON CONFLICT DO NOTHING;
    {" ".join(f"DELETE FROM {table} WHERE application_id = which;" for table in PARTS)}
    IF whole THEN
        DELETE FROM applications WHERE id = which;
    ELSE
        UPDATE applications SET applicant_name = NULL, category = NULL, route = NULL, conditions = '[]', decision_reasons = NULL,
            information_due_on = NULL, destroyed_at = now() WHERE id = which;
    END IF;
END $$"""


def upgrade() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("hold_id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("lifted", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("hold_id", name="pk_legal_holds"),
    )
    op.create_index("ix_legal_holds_in_force", "legal_holds", ["account_id"], postgresql_where=sa.text("NOT lifted"))
    op.create_table(
        "files_to_remove",
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_files_to_remove"),
    )
    op.add_column("applications", sa.Column("destroyed_at", INSTANT))
    op.create_index("ix_application_closed", "applications", ["state", "last_action_at"], postgresql_where=sa.text(CLOSED))
    op.create_index("ix_documents_sha256", "documents", ["sha256"])
    op.execute(FUNCTION)
    op.execute("REVOKE ALL ON FUNCTION destroy_application(uuid, boolean) FROM PUBLIC")
