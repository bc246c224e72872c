"""Applications, their pages, documents, requests, history, timeline and notes."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.common.persistence.floor_migration import create_floor

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
QUEUE_ORDER = sa.text("coalesce(submitted_at, 'infinity'::timestamptz)")
STATES = (
    "state IN ('draft', 'submitted', 'incomplete', 'complete', 'in_review', 'at_committee', 'approved', "
    "'approved_with_conditions', 'refused', 'withdrawn', 'lapsed', 'finalised')"
)


def _of_application(**kwargs: Any) -> sa.Column:
    return sa.Column("application_id", sa.Uuid, nullable=False, **kwargs)


def upgrade() -> None:
    create_floor()
    op.create_table(
        "applications",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("applicant_name", sa.Text),
        sa.Column("category", sa.Text),
        sa.Column("route", sa.Text),
        sa.Column("payment", sa.Text, nullable=False),
        sa.Column("invoice_number", sa.Text),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("submitted_at", INSTANT),
        sa.Column("decided_at", INSTANT),
        sa.Column("last_action_at", INSTANT, nullable=False),
        sa.Column("information_due_on", sa.Date),
        sa.Column("conditions", JSONB, nullable=False),
        sa.Column("decision_reasons", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_applications"),
        sa.UniqueConstraint("account_id", name="uq_applications_account_id"),
        sa.UniqueConstraint("reference", name="uq_applications_reference"),
        sa.CheckConstraint(STATES, name="ck_applications_state"),
        sa.CheckConstraint("payment IN ('none', 'invoiced', 'being_finalised', 'finalised')", name="ck_applications_payment"),
    )
    op.create_index("ix_application_queue", "applications", [QUEUE_ORDER, "id"])
    op.create_index("ix_application_state_queue", "applications", ["state", QUEUE_ORDER, "id"])
    op.create_index(
        "ix_application_stale", "applications", ["last_action_at"], postgresql_where=sa.text("state IN ('draft', 'incomplete')")
    )
    op.create_table(
        "application_pages",
        _of_application(),
        sa.Column("page", sa.Text, nullable=False),
        sa.Column("values", JSONB, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("application_id", "page", name="pk_application_pages"),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name="fk_application_pages_application_id"),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid, nullable=False),
        _of_application(),
        sa.Column("requirement", sa.Text, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("media_type", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("refusal_reason", sa.Text),
        sa.Column("from_whom", sa.Text, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("submitted_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name="fk_documents_application_id"),
        sa.CheckConstraint("state IN ('received', 'accepted', 'refused')", name="ck_documents_state"),
        sa.CheckConstraint("(state = 'refused') = (refusal_reason IS NOT NULL)", name="ck_documents_refusal_has_reason"),
        sa.CheckConstraint("from_whom IN ('applicant', 'college')", name="ck_documents_from_whom"),
        sa.CheckConstraint("size > 0", name="ck_documents_size"),
    )
    op.create_index("ix_documents_application_id", "documents", ["application_id"])
    op.create_table(
        "requested_items",
        sa.Column("id", sa.Uuid, nullable=False),
        _of_application(),
        sa.Column("field", sa.Text),
        sa.Column("requirement", sa.Text),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_requested_items"),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name="fk_requested_items_application_id"),
        sa.CheckConstraint("(field IS NULL) <> (requirement IS NULL)", name="ck_requested_items_one_thing"),
    )
    op.create_index(
        "ix_requested_item_open", "requested_items", ["application_id"], postgresql_where=sa.text("answered_at IS NULL")
    )
    op.create_table(
        "application_history",
        _of_application(),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("from_state", sa.Text, nullable=False),
        sa.Column("to_state", sa.Text, nullable=False),
        sa.Column("reasons", sa.Text),
        sa.PrimaryKeyConstraint("application_id", "version", name="pk_application_history"),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name="fk_application_history_application_id"),
    )
    op.create_table(
        "timeline_entries",
        sa.Column("id", sa.Uuid, nullable=False),
        _of_application(),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("note", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_timeline_entries"),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name="fk_timeline_entries_application_id"),
    )
    op.create_index("ix_timeline_entries_application_id", "timeline_entries", ["application_id"])
    op.create_table(
        "review_notes",
        sa.Column("id", sa.Uuid, nullable=False),
        _of_application(),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_notes"),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name="fk_review_notes_application_id"),
    )
    op.create_index("ix_review_notes_application_id", "review_notes", ["application_id"])
