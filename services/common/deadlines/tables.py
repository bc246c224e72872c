"""The tables of deadlines, which each owner of some has among its own: what puts them off, and which steps were taken."""

from dataclasses import dataclass

from sqlalchemy import CheckConstraint, Column, DateTime, Index, Integer, MetaData, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from services.common.deadlines.adjustments import KINDS
from services.common.persistence.tables import APPEND_ONLY

ADJUSTMENTS, STEPS = "deadline_adjustments", "deadline_steps"
_INSTANT = DateTime(timezone=True)


@dataclass(frozen=True)
class DeadlineTables:
    """The two tables of one service."""

    adjustments: Table
    steps: Table


def deadline_tables(metadata: MetaData) -> DeadlineTables:
    """Makes the tables among a service's own.

    An adjustment without a subject is everybody's, one without a rule is of all rules. A step is taken once for each beginning and end that the
    deadline had: put off, it reminds again. Steps are evidence (B16), which only grows.
    """
    adjustments = Table(
        ADJUSTMENTS,
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("rule", Text),
        Column("subject_id", Uuid),
        Column("kind", Text, nullable=False),
        Column("days", Integer, nullable=False),
        Column("starts_at", _INSTANT),
        Column("ends_at", _INSTANT),
        Column("reason", Text, nullable=False),
        Column("given_by", Text, nullable=False),
        Column("given_at", _INSTANT, nullable=False),
        Column("taken_back_at", _INSTANT),
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in KINDS)})", "kind"),
        CheckConstraint("(kind = 'extension') = (starts_at IS NULL) AND (kind <> 'outage' OR ends_at IS NOT NULL)", "span"),
        CheckConstraint("(kind = 'outage') = (subject_id IS NULL) AND (subject_id IS NULL OR rule IS NOT NULL)", "whose"),
        CheckConstraint("starts_at <= ends_at AND days >= 0", "forward"),
        Index("ix_deadline_adjustments_of_subject", "subject_id", postgresql_where=text("taken_back_at IS NULL")),
        # A clock that stands still is not stopped again.
        Index(
            "ix_deadline_adjustments_paused", "rule", "subject_id", unique=True,
            postgresql_where=text("kind = 'pause' AND ends_at IS NULL AND taken_back_at IS NULL"),
        ),
    )  # fmt: skip
    steps = Table(
        STEPS,
        metadata,
        Column("rule", Text, primary_key=True),
        Column("subject_id", Uuid, primary_key=True),
        Column("step", Text, primary_key=True),
        Column("begins_at", _INSTANT, primary_key=True),
        Column("due_at", _INSTANT, primary_key=True),
        Column("taken_at", _INSTANT, nullable=False),
        Column("judged_by", JSONB, nullable=False),
        Index("ix_deadline_steps_of_subject", "subject_id"),
        info=APPEND_ONLY,
    )
    return DeadlineTables(adjustments, steps)
