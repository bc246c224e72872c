"""The tables of applications. History, timeline and notes can be added to and read, never changed."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.common.deadlines.tables import deadline_tables
from services.common.duties.legal_holds import holds_table
from services.common.kernel.ids import new_id
from services.common.persistence.tables import APPEND_ONLY, new_metadata
from services.contracts.applications import states
from services.contracts.applications.shapes import CHANGED_BY, DOCUMENT_STATES, FEE_STATES, NO_FEE


class Base(DeclarativeBase):
    """The base of this service's tables."""

    metadata = new_metadata()


# The service may destroy what only grows, as a whole and by this function alone: see the migration 0002.
Base.metadata.info["functions"] = ["destroy_application(uuid, boolean)"]
legal_holds = holds_table(Base.metadata)
deadlines = deadline_tables(Base.metadata)  # their subjects are applications

Instant = DateTime(timezone=True)
PAYMENTS = ("none", "invoiced", "being_finalised", "finalised")


def one_of(column: str, values: tuple[str, ...]) -> str:
    """The check that a column holds one of these words."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


# Where an application stands in the staff's queue: drafts, which were never submitted, after those that were; what is finished last.
QUEUE_ORDER = text("queue_place(state, submitted_at)")  # a function of the database (migration 0010)
CLOSED = one_of("state", (states.LAPSED, states.WITHDRAWN, states.REFUSED))


class Application(Base):
    """An application and where it stands. `version` counts what changed in its file (`changes.py`); names and choices are copied from the form.

    `destroyed_at` is when all that was in it was destroyed (R15): what stays is that there was one, and what became of it.
    """

    __tablename__ = "applications"
    __table_args__ = (
        CheckConstraint(one_of("state", states.ALL), "state"),
        CheckConstraint(one_of("payment", PAYMENTS), "payment"),
        CheckConstraint(one_of("fee", FEE_STATES), "fee"),
        Index("ix_application_queue", QUEUE_ORDER, "id"),
        Index("ix_application_state_queue", "state", QUEUE_ORDER, "id"),
        Index("ix_application_newest", text("coalesce(submitted_at, '-infinity'::timestamptz)"), "id"),
        # As French sorts (COLLATE "fr-CA-x-icu", which a comparison with the database does not see); who has no name yet comes last.
        Index("ix_application_name", text("coalesce(applicant_name, '\uffff')"), "id"),
        Index("ix_application_name_letters", text("name_key(applicant_name)"), postgresql_using="gin"),  # gin_trgm_ops
        Index("ix_application_name_joined", text("name_letters(applicant_name)"), postgresql_using="gin"),  # gin_trgm_ops
        Index("ix_application_name_slips", text("name_slips(applicant_name)"), postgresql_using="gin"),
        Index("ix_application_assigned", "assigned_to", postgresql_where=text("assigned_to IS NOT NULL")),
        Index("ix_application_stale", "last_action_at", postgresql_where=text(one_of("state", states.EDITABLE))),
        Index("ix_application_closed", "state", "last_action_at", postgresql_where=text(f"{CLOSED} AND destroyed_at IS NULL")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(unique=True)
    reference: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(default=states.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    applicant_name: Mapped[str | None]
    category: Mapped[str | None]
    route: Mapped[str | None]
    payment: Mapped[str] = mapped_column(default="none")
    invoice_number: Mapped[str | None]
    fee: Mapped[str] = mapped_column(default=NO_FEE, server_default=NO_FEE)
    fee_invoice_number: Mapped[str | None]
    opened_at: Mapped[dt.datetime] = mapped_column(Instant)
    submitted_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    judged_on: Mapped[dt.date | None] = mapped_column(Date)  # by the rules of which day: see dossier.py
    decided_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    last_action_at: Mapped[dt.datetime] = mapped_column(Instant)
    assigned_to: Mapped[UUID | None]
    information_due_on: Mapped[dt.date | None] = mapped_column(Date)
    # As they were decided; none where the release before wrote the row, which has `conditions` only (services/contracts/terms.py).
    terms: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    conditions: Mapped[list[str]] = mapped_column(JSONB, default=list)
    decision_reasons: Mapped[str | None]
    destroyed_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class ApplicationPage(Base):
    """What was saved on one page of the form; each page has its own version, so that two pages can be edited at once."""

    __tablename__ = "application_pages"
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    page: Mapped[str] = mapped_column(primary_key=True)
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version: Mapped[int]
    saved_at: Mapped[dt.datetime] = mapped_column(Instant)


class Document(Base):
    """A file of an application. `submitted_at` is when it became part of the college's file: from then on it stays.

    `version` counts what was decided on it.
    """

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint(one_of("state", DOCUMENT_STATES), "state"),
        CheckConstraint("(state = 'refused') = (refusal_reason IS NOT NULL)", "refusal_has_reason"),
        CheckConstraint(one_of("from_whom", ("applicant", "college")), "from_whom"),
        CheckConstraint("size > 0", "size"),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), index=True)
    requirement: Mapped[str]
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(default="received")
    refusal_reason: Mapped[str | None]
    from_whom: Mapped[str]
    received_at: Mapped[dt.datetime] = mapped_column(Instant)
    submitted_at: Mapped[dt.datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class RequestedItem(Base):
    """One thing that the college asked for: a field or a requirement. Open until the applicant has sent the application back."""

    __tablename__ = "requested_items"
    __table_args__ = (
        CheckConstraint("(field IS NULL) <> (requirement IS NULL)", "one_thing"),
        Index("ix_requested_item_open", "application_id", postgresql_where=text("answered_at IS NULL")),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    field: Mapped[str | None]
    requirement: Mapped[str | None]
    reason: Mapped[str]
    requested_at: Mapped[dt.datetime] = mapped_column(Instant)
    answered_at: Mapped[dt.datetime | None] = mapped_column(Instant)


class HistoryEntry(Base):
    """A state step that was taken: by whom, from where to where, with which written reasons."""

    __tablename__ = "application_history"
    __table_args__ = {"info": APPEND_ONLY}
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(Instant)
    actor: Mapped[str]
    step: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    reasons: Mapped[str | None]


class TimelineEntry(Base):
    """Something that happened, as the applicant is told it. `subject` is the code of a requirement, if it is about one."""

    __tablename__ = "timeline_entries"
    __table_args__ = (
        # By the registration number, which the last entry of a file that led to one says.
        Index("ix_timeline_entry_registered", "note", postgresql_where=text("kind = 'finalised'")),
        {"info": APPEND_ONLY},
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(Instant)
    kind: Mapped[str]
    by: Mapped[str]
    subject: Mapped[str | None]
    note: Mapped[str | None]


class Change(Base):
    """What made a version of an application, as the staff are told it: whoever decides on an older one is told all that came since."""

    __tablename__ = "application_changes"
    __table_args__ = (CheckConstraint(one_of("by", CHANGED_BY), "by"), {"info": APPEND_ONLY})
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(Instant)
    kind: Mapped[str]
    by: Mapped[str]
    actor: Mapped[str]
    subjects: Mapped[list[str]] = mapped_column(JSONB)
    text: Mapped[str | None]
    document_id: Mapped[UUID | None]
    answers: Mapped[dict[str, list[Any]]] = mapped_column(JSONB)


class FileToRemove(Base):
    """A file of a removed or destroyed document: it leaves the store once no other document is the same file."""

    __tablename__ = "files_to_remove"
    sha256: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[dt.datetime] = mapped_column(Instant)


class ReviewNote(Base):
    """A note of a reviewer, which the applicant never sees."""

    __tablename__ = "review_notes"
    __table_args__ = {"info": APPEND_ONLY}
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), index=True)
    at: Mapped[dt.datetime] = mapped_column(Instant)
    by: Mapped[str]
    text: Mapped[str]
