"""Terms, conditions and limitations in both languages, beside the texts of one language that earlier releases read and write (P3)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.contracts.terms_restated import restate

revision = "0008"
down_revision = "0007"

PARTS = ("application_pages", "documents", "requested_items", "timeline_entries", "review_notes", "application_history")
# As before, and what is destroyed has no terms either.
FUNCTION = f"""
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
    {" ".join(f"DELETE FROM {table} WHERE application_id = which;" for table in PARTS)}
    IF whole THEN
        DELETE FROM applications WHERE id = which;
    ELSE
        UPDATE applications SET applicant_name = NULL, category = NULL, route = NULL, terms = '[]', conditions = '[]',
            decision_reasons = NULL, information_due_on = NULL, destroyed_at = now() WHERE id = which;
    END IF;
END $$"""


def upgrade() -> None:
    op.add_column("applications", sa.Column("terms", JSONB))
    restate(op.get_bind(), "applications", "id")
    op.execute(FUNCTION)
