"""The part of an owner's migration that makes the tables of deadlines, as they were at first."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

_INSTANT = sa.DateTime(timezone=True)


def create_deadlines() -> None:
    """Creates what puts deadlines off, and which steps were taken."""
    op.create_table(
        "deadline_adjustments",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("rule", sa.Text),
        sa.Column("subject_id", sa.Uuid),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("starts_at", _INSTANT),
        sa.Column("ends_at", _INSTANT),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("given_by", sa.Text, nullable=False),
        sa.Column("given_at", _INSTANT, nullable=False),
        sa.Column("taken_back_at", _INSTANT),
        sa.CheckConstraint("kind IN ('extension', 'pause', 'outage')", name="ck_deadline_adjustments_kind"),
        sa.CheckConstraint(
            "(kind = 'extension') = (starts_at IS NULL) AND (kind <> 'outage' OR ends_at IS NOT NULL)",
            name="ck_deadline_adjustments_span",
        ),
        sa.CheckConstraint(
            "(kind = 'outage') = (subject_id IS NULL) AND (subject_id IS NULL OR rule IS NOT NULL)",
            name="ck_deadline_adjustments_whose",
        ),
        sa.CheckConstraint("starts_at <= ends_at AND days >= 0", name="ck_deadline_adjustments_forward"),
        sa.PrimaryKeyConstraint("id", name="pk_deadline_adjustments"),
    )
    in_force = sa.text("taken_back_at IS NULL")
    op.create_index("ix_deadline_adjustments_of_subject", "deadline_adjustments", ["subject_id"], postgresql_where=in_force)
    op.create_index(
        "ix_deadline_adjustments_paused",
        "deadline_adjustments",
        ["rule", "subject_id"],
        unique=True,
        postgresql_where=sa.text("kind = 'pause' AND ends_at IS NULL AND taken_back_at IS NULL"),
    )
    op.create_table(
        "deadline_steps",
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("begins_at", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("taken_at", _INSTANT, nullable=False),
        sa.Column("judged_by", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("rule", "subject_id", "step", "begins_at", "due_at", name="pk_deadline_steps"),
    )
    op.create_index("ix_deadline_steps_of_subject", "deadline_steps", ["subject_id"])


def drop_deadlines() -> None:
    """Takes them away again."""
    op.drop_table("deadline_steps")
    op.drop_table("deadline_adjustments")
