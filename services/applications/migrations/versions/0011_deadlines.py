"""Deadlines: what puts one off, and which steps were taken when one had come. Both go with an application that is destroyed (R15)."""

from alembic import op

from services.common.deadlines.migration import create_deadlines, drop_deadlines

revision = "0011"
down_revision = "0010"

PARTS = (
    *("application_pages", "documents", "requested_items", "timeline_entries", "review_notes", "application_history"),
    "application_changes",
)
OF_DEADLINES = ("deadline_adjustments", "deadline_steps")


def _function(of_deadlines: tuple[str, ...]) -> str:
    gone = [f"DELETE FROM {table} WHERE application_id = which;" for table in PARTS]
    gone += [f"DELETE FROM {table} WHERE subject_id = which;" for table in of_deadlines]
    return f"""
CREATE OR REPLACE FUNCTION destroy_application(which uuid, whole boolean) RETURNS void
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
    {" ".join(gone)}
    IF whole THEN
        DELETE FROM applications WHERE id = which;
    ELSE
        UPDATE applications SET applicant_name = NULL, category = NULL, route = NULL, terms = '[]', conditions = '[]',
            decision_reasons = NULL, information_due_on = NULL, destroyed_at = now() WHERE id = which;
    END IF;
END $$"""


def upgrade() -> None:
    create_deadlines()
    op.execute(_function(OF_DEADLINES))


def downgrade() -> None:
    op.execute(_function(()))
    drop_deadlines()
