"""The staff's calls: the queue, one application, documents, asking for more, deciding. Each step names the version it was decided on.

A version is that of the whole file: what a decision rests on raises it, and a step on an older one is refused with what came since.
"""

from datetime import date
from typing import Any
from uuid import UUID

from services.common.kernel.contract import Call
from services.common.kernel.records import Record, of
from services.common.kernel.typed_text.fields import ComingDay, Day
from services.common.kernel.validation import fields, validate
from services.contracts import shapes
from services.contracts.applications import states
from services.contracts.applications.errors import (
    DocumentRefused,
    DocumentTooLarge,
    FeeToBePaid,
    MalwareFound,
    ReasonsNeeded,
    RequirementsOutstanding,
    ScannerAway,
    StepNotPossible,
)
from services.contracts.applications.shapes import (
    Change,
    ChangedSince,
    Document,
    Note,
    QueuedSummary,
    RequestedItem,
    Requirement,
    Summary,
    TimelineEntry,
)
from services.contracts.identity.support import CheckedFact
from services.contracts.roles import AUDITORS, DECIDERS, REVIEWERS, SUPPORTERS
from services.contracts.terms import GivenTerm, asked_as_before, asked_terms


class Step(Record):
    """A step of the review, taken on the version that was read."""

    application_id: UUID
    version: int = of(shapes.version())


ORDERS = ("oldest", "newest", "name")
MOST_REFERENCES = 100


class ListApplications(Call):
    """Lists applications for staff, filtered: oldest submission first, then drafts, then what is finished; newest first; or by name.

    By an e-mail address: `find_accounts` tells whose it is, and `account_id` finds their application here.
    """

    access = REVIEWERS
    read_only = True

    class Request(Record):
        """Filters and the page.

        `text` is a reference or a part of one, a registration number or a name, also one with a slip; `reference` a whole reference.
        """

        state: str | None = of(fields.String(validate=validate.OneOf(states.ALL)), default=None)
        text: str | None = of(shapes.search(), default=None)
        account_id: UUID | None = None
        reference: str | None = of(shapes.search(30), default=None)
        name: str | None = of(shapes.search(), default=None)
        category: str | None = of(shapes.search(), default=None)
        mine: bool = False
        order: str = of(fields.String(validate=validate.OneOf(ORDERS)), default="oldest")
        cursor: str | None = of(shapes.cursor(), default=None)
        limit: int = of(shapes.limit(), default=20)

    class Reply(Record):
        """The page, where the next begins, how many applications are in each state, and how many undecided ones the caller has taken on.

        With `nearly`, nothing has the name that was looked for, and what is shown has nearly that name.
        """

        applications: list[QueuedSummary]
        next_cursor: str | None
        counts: dict[str, Any] = of(fields.Dict(keys=fields.String(), values=fields.Integer()))
        mine: int = 0
        nearly: bool = False


class Reference(Record):
    """What an application is called, and whose it is."""

    id: UUID
    account_id: UUID
    reference: str


class ReferenceWithName(Reference):
    """With the applicant's name, for those who see it elsewhere too."""

    applicant_name: str | None = None


class References(Record):
    """The applications that there are."""

    applications: list[Reference]


class ReferencesWithNames(References):
    """The same, with names."""

    # A list may not be narrowed in general; a frozen record's is only read.
    applications: list[ReferenceWithName]  # type: ignore[assignment]


class GetReferences(Call):
    """Gives what applications are called, by their ids or those of their accounts; to reviewers and auditors with the applicants' names."""

    access = SUPPORTERS
    read_only = True
    views = ((REVIEWERS, ReferencesWithNames), (AUDITORS, ReferencesWithNames))

    class Request(Record):
        """Which; together as many as a page shows."""

        application_ids: list[UUID] = of(fields.List(fields.UUID(), validate=validate.Length(max=MOST_REFERENCES)), default=list)
        account_ids: list[UUID] = of(fields.List(fields.UUID(), validate=validate.Length(max=MOST_REFERENCES)), default=list)

    Reply = References


class GetApplication(Call):
    """Gives one application with all that a reviewer needs; that it was looked at is in the audit trail (B8)."""

    access = REVIEWERS
    others_only = True

    class Request(Record):
        """Which one; and, to be told what came since, the version that was read before."""

        application_id: UUID
        since: int | None = of(shapes.version(), default=None)

    class Reply(QueuedSummary):
        """The whole file."""

        values: dict[str, Any] = of(fields.Dict(keys=fields.String()))
        requirements: list[Requirement]
        documents: list[Document]
        notes: list[Note]
        timeline: list[TimelineEntry]
        requested: list[RequestedItem]
        possible_steps: list[str]
        decided_by: UUID | None = None
        changed_since: list[Change] = of(default=list)
        legal_name: str | None = None


class RecordReceivedDocument(Call):
    """Records a document that came by post or mail from an institution, for an applicant (F28)."""

    access = REVIEWERS
    others_only = True
    idempotent = True
    deadline_s = 14.0  # the file is looked at for malware, where that is set up
    errors = (DocumentRefused, DocumentTooLarge, MalwareFound, ScannerAway)

    class Request(Record):
        """The stored file, whose it is and what it is for."""

        application_id: UUID
        requirement: str = of(shapes.short(100))
        file_name: str = of(shapes.file_name())
        media_type: str = of(shapes.short(100))
        size: int = of(fields.Integer(strict=True, validate=validate.Range(min=1)))
        sha256: str = of(shapes.sha256())

    Reply = Document


class DecideDocument(Call):
    """Accepts a document, or refuses it and says why; the applicant sees it at once (F29)."""

    access = REVIEWERS
    others_only = True
    errors = (ReasonsNeeded,)
    mismatch = ChangedSince

    class Request(Record):
        """The document, the verdict and the version of the document that was read; a refusal needs its reason."""

        document_id: UUID
        version: int | None = of(shapes.version(), default=None)
        accepted: bool
        reason: str | None = of(shapes.long(), default=None)

    Reply = Document


class AssignApplication(Call):
    """Takes an application on, also from a colleague, or gives it back; who did so is in the audit trail (B8)."""

    access = REVIEWERS
    others_only = True

    class Request(Record):
        """Which, and whether it is the caller's from now on."""

        application_id: UUID
        mine: bool

    Reply = QueuedSummary


class AddNote(Call):
    """Adds a review note; notes are never changed, and the applicant never sees them."""

    access = REVIEWERS
    others_only = True
    idempotent = True

    class Request(Record):
        """The note."""

        application_id: UUID
        text: str = of(shapes.long())

    Reply = Note


class MarkComplete(Call):
    """Finds a submitted application complete: nothing more is needed to review it (R14)."""

    access = REVIEWERS
    others_only = True
    errors = (StepNotPossible, FeeToBePaid)
    mismatch = ChangedSince
    Request = Step
    Reply = Summary


class RequestMore(Call):
    """Asks the applicant for more: reopens the named fields and requirements and tells the applicant by mail and inbox (F32)."""

    access = REVIEWERS
    others_only = True
    errors = (StepNotPossible,)
    mismatch = ChangedSince

    class Request(Step):
        """What is asked for, and by when."""

        items: list[RequestedItem] = of(fields.List(fields.Nested(RequestedItem.schema), validate=validate.Length(min=1, max=50)))
        due_on: date | None = of(ComingDay(), default=None)

    Reply = Summary


class BeginReview(Call):
    """Begins the review of a complete application."""

    access = REVIEWERS
    others_only = True
    errors = (StepNotPossible,)
    mismatch = ChangedSince
    Request = Step
    Reply = Summary


class ReferToCommittee(Call):
    """Refers an application to the Registration Committee, with written reasons (R13)."""

    access = DECIDERS
    others_only = True
    errors = (StepNotPossible,)
    mismatch = ChangedSince

    class Request(Step):
        """Why."""

        reasons: str = of(shapes.long())

    Reply = Summary


class Decide(Call):
    """Decides: approves, approves with conditions, or refuses with written reasons (R13)."""

    access = DECIDERS
    others_only = True
    errors = (StepNotPossible, ReasonsNeeded, RequirementsOutstanding)
    mismatch = ChangedSince

    class Request(Step):
        """The decision; a refusal needs reasons, a conditional approval its terms, in both languages or by their codes (P3)."""

        decision: str = of(
            fields.String(validate=validate.OneOf((states.APPROVED, states.APPROVED_WITH_CONDITIONS, states.REFUSED)))
        )
        reasons: str | None = of(shapes.long(), default=None)
        terms: list[GivenTerm] = of(asked_terms(), default=list)
        conditions: list[str] = of(asked_as_before(), default=list)

    Reply = Summary


class CompareFacts(Call):
    """Says of facts that somebody stated whether they match an account's application (F10); what is on file is not told."""

    access = SUPPORTERS
    others_only = True

    class Request(Record):
        """Whose file, and what was stated."""

        account_id: UUID
        legal_name: str | None = of(shapes.short(200), default=None)
        date_of_birth: date | None = of(Day(), default=None)
        phone: str | None = of(shapes.short(40), default=None)
        postal_code: str | None = of(shapes.short(20), default=None)

    class Reply(Record):
        """The result for each fact that was stated; a decision about a request for a way back in takes them as they are."""

        checks: list[CheckedFact]
