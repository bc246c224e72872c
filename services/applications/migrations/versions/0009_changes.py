"""What a decision rests on raises an application's version: each change of the file is kept under the version that it made.

Steps that a service of the release before takes meanwhile raise the version without a row here: what came since is then told without them.
Whatever is destroyed with an application goes by `destroy_application` (migration 0002), which learns of the new table.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"

PARTS = (
    *("application_pages", "documents", "requested_items", "timeline_entries", "review_notes", "application_history"),
    "application_changes",
)
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
    op.create_table(
        "application_changes",
        sa.Column("application_id", sa.Uuid, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("subjects", JSONB, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("document_id", sa.Uuid),
        sa.Column("answers", JSONB, nullable=False),
        sa.CheckConstraint("by IN ('applicant', 'college', 'system')", name="ck_application_changes_by"),
        sa.PrimaryKeyConstraint("application_id", "version", name="pk_application_changes"),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name="fk_application_changes_application_id"),
    )
    op.add_column("documents", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.execute(FUNCTION)
