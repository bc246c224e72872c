"""What applications shows of its things."""

from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from services.common.deadlines.calls import RunningDeadline
from services.common.kernel.records import Record, of
from services.common.kernel.text import Text
from services.common.kernel.typed_text.fields import Code
from services.common.kernel.validation import fields, validate
from services.contracts import shapes
from services.contracts.applications import states
from services.contracts.terms import StatedTerm, stated_terms

REQUIREMENT_STATES = ("missing", "requested", "received", "accepted", "refused")
DOCUMENT_STATES = ("received", "accepted", "refused")
# What an application itself costs (R8), apart from the registration that it may lead to.
FEE_STATES = (NO_FEE, FEE_TO_BE_PAID, FEE_PAID) = ("none", "to_be_paid", "paid")
CHANGED_BY = ("applicant", "college", "system")


class Bilingual(Record):
    """Words in both languages."""

    en: str
    fr: str

    @classmethod
    def of(cls, text: Text) -> Self:
        """Gives a text of the college as a contract carries it."""
        return cls(en=text.en, fr=text.fr)

    def in_(self, language: str) -> str:
        """Gives the words in a language."""
        return self.fr if language == "fr" else self.en


class PageState(Record):
    """One page of the form in the task list."""

    page: str
    title: Bilingual
    state: str = of(fields.String(validate=validate.OneOf(("not_started", "incomplete", "complete"))))


class Summary(Record):
    """Where an application stands and who acts next."""

    id: UUID
    account_id: UUID
    reference: str
    applicant_name: str | None
    category: str | None
    route: str | None
    state: str = of(fields.String(validate=validate.OneOf(states.ALL)))
    state_words: Bilingual
    payment: str = of(fields.String(validate=validate.OneOf(("none", "invoiced", "being_finalised", "finalised"))))
    invoice_number: str | None
    fee: str = of(fields.String(validate=validate.OneOf(FEE_STATES)), default=NO_FEE)
    fee_invoice_number: str | None = None
    who_acts_next: str = of(fields.String(validate=validate.OneOf(("applicant", "institution", "college", "nobody"))))
    version: int = of(shapes.version())
    opened_at: datetime
    submitted_at: datetime | None
    judged_on: date | None = None  # by the rules of which day: that of the submission; today's while it is a draft
    decided_at: datetime | None
    terms: list[StatedTerm] | None = of(stated_terms(), default=None)
    conditions: list[str]  # as an earlier release reads them
    decision_reasons: str | None


class QueuedSummary(Summary):
    """The same as staff see it: with the account of the reviewer who has taken it on, and the clock that runs (R2, R14)."""

    assigned_to: UUID | None = None
    deadline: RunningDeadline | None = None


class Document(Record):
    """A file of the application. Where it is stored is not shown. `version` counts what was decided on it."""

    id: UUID
    requirement: str
    file_name: str
    media_type: str
    size: int
    state: str = of(fields.String(validate=validate.OneOf(DOCUMENT_STATES)))
    refusal_reason: str | None
    from_whom: str = of(fields.String(validate=validate.OneOf(("applicant", "college"))))
    received_at: datetime
    version: int = of(shapes.version(), default=1)


class Requirement(Record):
    """What must be there, and its state now (F29); which files it takes: `types` as people call them, and megabytes."""

    code: str
    name: Bilingual
    help: Bilingual
    provided_by: str
    blocks_submission: bool
    state: str = of(fields.String(validate=validate.OneOf(REQUIREMENT_STATES)))
    refusal_reason: str | None
    types: list[str] = of(default=list)
    limit_mb: int | None = None


class Blocker(Record):
    """One thing that keeps the application from being submitted, and where to mend it (B6)."""

    code: str
    page: str | None
    field: str | None
    requirement: str | None
    label: Bilingual
    message: Bilingual


class TimelineEntry(Record):
    """One thing that happened."""

    at: datetime
    kind: str
    words: Bilingual
    by: str = of(fields.String(validate=validate.OneOf(("applicant", "college", "system"))))
    note: str | None


class RequestedItem(Record):
    """One thing that the college asks for: a field of the form or a requirement, and why (F32)."""

    field: str | None = of(Code(), default=None)
    requirement: str | None = of(Code(), default=None)
    reason: str = of(shapes.long())


class Note(Record):
    """A note of a reviewer; the applicant never sees it."""

    at: datetime
    by: str
    text: str


class SavedPage(Record):
    """The new version, what is still missing on this page, and the tags of what was sent; `kept` names fields that hold what others saved."""

    page: str
    version: int = of(shapes.version())
    saved_at: datetime
    blockers: list[Blocker]
    tags: dict[str, Any] = of(fields.Dict(keys=fields.String(), values=fields.String()), default=dict)
    kept: list[str] = of(default=list)


class DifferingField(Record):
    """A field that was saved otherwise elsewhere: what it holds now, the tag of that, and what was sent."""

    field: str
    saved: Any
    tag: str
    sent: Any = None


class SavedElsewhere(Record):
    """What goes with `version_mismatch` of a page: its present version, and the fields that differ."""

    version: int | None = of(shapes.version(), default=None)
    differs: list[DifferingField] = of(default=list)


class ChangedAnswer(Record):
    """An answer that was changed: the field of the form, what it held and what it holds."""

    field: str
    label: Bilingual
    before: Any
    after: Any


class Change(Record):
    """What made a version of an application: who, when, what, and its words: a note, reasons, the name of a file.

    `account_id` is that of the colleague who did it; of the applicant's own changes it is not told.
    """

    version: int = of(shapes.version())
    at: datetime
    kind: str
    by: str = of(fields.String(validate=validate.OneOf(CHANGED_BY)))
    account_id: UUID | None = None
    words: Bilingual
    text: str | None = None
    document_id: UUID | None = None
    answers: list[ChangedAnswer] = of(default=list)


class ChangedSince(Record):
    """What goes with `version_mismatch` of a step: the present version, and what came since the one named, oldest first, the last 50."""

    version: int | None = of(shapes.version(), default=None)
    changed_since: list[Change] = of(default=list)


class StoredFile(Record):
    """Where the gateway finds a file that the caller may have."""

    file_name: str
    media_type: str
    size: int
    sha256: str = of(shapes.sha256())
