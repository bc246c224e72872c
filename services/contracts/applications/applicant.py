"""The applicant's calls: the form, documents, what blocks submission, submission. All are about the caller's own application."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.common.kernel.access import ANYONE, SIGNED_IN
from services.common.kernel.contract import Call
from services.common.kernel.records import Record, of
from services.common.kernel.typed_text.fields import Code, Day
from services.common.kernel.validation import fields, validate
from services.contracts import shapes
from services.contracts.applications.errors import (
    DocumentInUse,
    DocumentRefused,
    DocumentTooLarge,
    MalwareFound,
    NotReadyYet,
    ReadOnly,
    RequirementNotYours,
    ScannerAway,
    StepNotPossible,
    SubmissionBlocked,
    TooManyDocuments,
    UnknownPage,
)
from services.contracts.applications.shapes import (
    Blocker,
    Document,
    PageState,
    RequestedItem,
    Requirement,
    SavedElsewhere,
    SavedPage,
    StoredFile,
    Summary,
    TimelineEntry,
)
from services.contracts.pages import APPLICATION_FORM, DOCUMENTS
from services.contracts.roles import APPLICANTS


class GetForm(Call):
    """Gives the pages of the application form with their fields, as the college profile defines them: today, or on another day."""

    access = ANYONE
    read_only = True

    class Request(Record):
        """The day by whose rules an application is judged (`judged_on`); today unless given."""

        day: date | None = of(Day(), default=None)

    class Reply(Record):
        """The pages in order; each with code, title, intro and fields, words in both languages."""

        pages: list[dict[str, Any]] = of(fields.List(fields.Dict(keys=fields.String())))


class GetMyApplication(Call):
    """Gives where the caller's application stands, with the task list of its form."""

    access = APPLICANTS.delegable(APPLICATION_FORM)
    read_only = True
    errors = (NotReadyYet,)

    class Reply(Summary):
        """The summary, the task list, how many things still block submission, what the college has asked for by when (F32).

        And by when it replies itself (R14): not said once that day is over, nor while the clock stands still.
        """

        pages: list[PageState]
        blocker_count: int
        editable_fields: list[str] | None
        requested: list[RequestedItem] = of(default=list)
        information_due_on: date | None = None
        reply_due_on: date | None = None


class GetPage(Call):
    """Gives what was saved on one page of the form."""

    access = APPLICANTS.delegable(APPLICATION_FORM)
    read_only = True
    errors = (NotReadyYet, UnknownPage)

    class Request(Record):
        """The page."""

        page: str = of(shapes.short(100))

    class Reply(Record):
        """The values by field code; `editable` lists the fields that may be changed now, `tags` tell what each field held (MergePage)."""

        page: str
        values: dict[str, Any] = of(fields.Dict(keys=fields.String()))
        editable: list[str]
        version: int = of(shapes.version())
        saved_at: datetime | None
        tags: dict[str, Any] = of(fields.Dict(keys=fields.String(), values=fields.String()), default=dict)
        judged_on: date | None = None  # by the form of which day; today's while it is a draft


class SavePage(Call):
    """Saves one page, complete or not; wrong values are refused field by field, missing ones are told as blockers later."""

    access = APPLICANTS.delegable(APPLICATION_FORM)
    errors = (NotReadyYet, UnknownPage, ReadOnly)
    mismatch = SavedElsewhere

    class Request(Record):
        """The page, its values, and the version they were edited on."""

        page: str = of(shapes.short(100))
        values: dict[str, Any] = of(fields.Dict(keys=fields.String()))
        version: int = of(shapes.version())

    Reply = SavedPage


class MergePage(Call):
    """Saves what was changed on a page since it was read beside what was changed on it elsewhere since, field by field.

    Nothing is overwritten unseen: a field that was changed on both sides refuses the whole with what differs. To decide, send it
    again with the tags told there.
    """

    access = APPLICANTS.delegable(APPLICATION_FORM)
    errors = (NotReadyYet, UnknownPage, ReadOnly)
    mismatch = SavedElsewhere

    class Request(Record):
        """The page, all its values, and the version and the tags with which it was read."""

        page: str = of(shapes.short(100))
        values: dict[str, Any] = of(fields.Dict(keys=fields.String()))
        version: int = of(shapes.version())
        tags: dict[str, Any] = of(
            fields.Dict(keys=Code(validate=validate.Length(max=100)), values=Code(validate=validate.Length(max=100))),
            default=dict,
        )

    Reply = SavedPage


class RecordDocument(Call):
    """Records a file that the gateway has stored as a document for one of the applicant's requirements (F26)."""

    access = APPLICANTS.delegable(DOCUMENTS)
    idempotent = True
    deadline_s = 14.0  # the file is looked at for malware, where that is set up
    errors = (
        *(NotReadyYet, ReadOnly, RequirementNotYours, TooManyDocuments),
        *(DocumentRefused, DocumentTooLarge, MalwareFound, ScannerAway),
    )

    class Request(Record):
        """The stored file and what it is for; the media type is what the content was found to be, not what was claimed."""

        requirement: str = of(shapes.short(100))
        file_name: str = of(shapes.file_name())
        media_type: str = of(shapes.short(100))
        size: int = of(fields.Integer(strict=True, validate=validate.Range(min=1)))
        sha256: str = of(shapes.sha256())

    Reply = Document


class ListDocuments(Call):
    """Lists the requirements of the caller's application with their live states, and the documents received (F26-F29)."""

    access = APPLICANTS.delegable(DOCUMENTS)
    read_only = True
    errors = (NotReadyYet,)

    class Reply(Record):
        """Requirements that apply to the category and route chosen so far, and documents, newest first."""

        requirements: list[Requirement]
        documents: list[Document]


class ReadDocument(Call):
    """Tells the gateway where a document is stored: to its applicant, and to reviewers, which the audit trail keeps (B8)."""

    access = SIGNED_IN.delegable(DOCUMENTS)

    class Request(Record):
        """The document."""

        document_id: UUID

    Reply = StoredFile


class RemoveDocument(Call):
    """Removes a document that has not been submitted yet."""

    access = APPLICANTS.delegable(DOCUMENTS)
    errors = (DocumentInUse,)

    class Request(Record):
        """The document."""

        document_id: UUID


class ListBlockers(Call):
    """Lists everything that still keeps the caller's application from being submitted, each with its place (B6)."""

    access = APPLICANTS.delegable(APPLICATION_FORM)
    read_only = True
    errors = (NotReadyYet,)

    class Reply(Record):
        """The blockers in the order of the form; empty when it can be submitted."""

        blockers: list[Blocker]


class SubmitApplication(Call):
    """Submits the caller's application, or sends it back after the college asked for more."""

    access = APPLICANTS
    idempotent = True
    errors = (NotReadyYet, SubmissionBlocked, StepNotPossible)
    Reply = Summary


class WithdrawApplication(Call):
    """Withdraws the caller's application."""

    access = APPLICANTS
    errors = (NotReadyYet, StepNotPossible)

    class Request(Record):
        """Why, if the applicant wants to say."""

        reason: str | None = of(shapes.long(), default=None)

    Reply = Summary


class GetTimeline(Call):
    """Gives what happened to the caller's application, oldest first."""

    access = APPLICANTS.delegable(APPLICATION_FORM)
    read_only = True
    errors = (NotReadyYet,)

    class Reply(Record):
        """The entries, and who acts next."""

        entries: list[TimelineEntry]
        who_acts_next: str
