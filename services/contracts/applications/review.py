"""The staff's calls: the queue, one application, documents, asking for more, deciding. Each step names the version it was decided on.

A version is that of the whole file: what a decision rests on raises it, and a step on an older one is refused with what came since.
"""

from services.common.kernel.contract import Call
from services.common.kernel.typed_text.fields import ComingDay, Day
from services.common.kernel.validation import Schema, fields, validate
from services.contracts import shapes
from services.contracts.applications import states
from services.contracts.applications.errors import (
    DocumentRefused,
    DocumentTooLarge,
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
from services.contracts.terms import asked_as_before, asked_terms


class _Step(Schema):
    application_id = fields.UUID(required=True)
    version = shapes.version(required=True)


ORDERS = ("oldest", "newest", "name")
MOST_REFERENCES = 100


class ListApplications(Call):
    """Lists applications for staff, filtered: oldest submission first, then drafts, then what is finished; newest first; or by name.

    By an e-mail address: `find_accounts` tells whose it is, and `account_id` finds their application here.
    """

    access = REVIEWERS
    read_only = True

    class Request(Schema):
        """Filters and the page.

        `text` is a reference or a part of one, a registration number or a name, also one with a slip; `reference` a whole reference.
        """

        state = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(states.ALL))
        text = shapes.search()
        account_id = fields.UUID(load_default=None, allow_none=True)
        reference = shapes.search(30)
        name = shapes.search()
        category = shapes.search()
        mine = fields.Boolean(load_default=False)
        order = fields.String(load_default="oldest", validate=validate.OneOf(ORDERS))
        cursor = shapes.cursor()
        limit = shapes.limit()

    class Reply(Schema):
        """The page, where the next begins, how many applications are in each state, and how many undecided ones the caller has taken on.

        With `nearly`, nothing has the name that was looked for, and what is shown has nearly that name.
        """

        applications = fields.List(fields.Nested(QueuedSummary), required=True)
        next_cursor = fields.String(required=True, allow_none=True)
        counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
        mine = fields.Integer(load_default=0)
        nearly = fields.Boolean(load_default=False)


class Reference(Schema):
    """What an application is called, and whose it is."""

    id = fields.UUID(required=True)
    account_id = fields.UUID(required=True)
    reference = fields.String(required=True)


class ReferenceWithName(Reference):
    """With the applicant's name, for those who see it elsewhere too."""

    applicant_name = fields.String(load_default=None, allow_none=True)


class References(Schema):
    """The applications that there are."""

    applications = fields.List(fields.Nested(Reference), required=True)


class ReferencesWithNames(References):
    """The same, with names."""

    applications = fields.List(fields.Nested(ReferenceWithName), required=True)


class GetReferences(Call):
    """Gives what applications are called, by their ids or those of their accounts; to reviewers and auditors with the applicants' names."""

    access = SUPPORTERS
    read_only = True
    views = ((REVIEWERS, ReferencesWithNames), (AUDITORS, ReferencesWithNames))

    class Request(Schema):
        """Which; together as many as a page shows."""

        application_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_REFERENCES))
        account_ids = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_REFERENCES))

    Reply = References


class GetApplication(Call):
    """Gives one application with all that a reviewer needs; that it was looked at is in the audit trail (B8)."""

    access = REVIEWERS
    others_only = True

    class Request(Schema):
        """Which one; and, to be told what came since, the version that was read before."""

        application_id = fields.UUID(required=True)
        since = shapes.version(load_default=None, allow_none=True)

    class Reply(QueuedSummary):
        """The whole file."""

        values = fields.Dict(keys=fields.String(), required=True)
        requirements = fields.List(fields.Nested(Requirement), required=True)
        documents = fields.List(fields.Nested(Document), required=True)
        notes = fields.List(fields.Nested(Note), required=True)
        timeline = fields.List(fields.Nested(TimelineEntry), required=True)
        requested = fields.List(fields.Nested(RequestedItem), required=True)
        possible_steps = fields.List(fields.String(), required=True)
        decided_by = fields.UUID(load_default=None, allow_none=True)
        changed_since = fields.List(fields.Nested(Change), load_default=list)
        legal_name = fields.String(load_default=None, allow_none=True)


class RecordReceivedDocument(Call):
    """Records a document that came by post or mail from an institution, for an applicant (F28)."""

    access = REVIEWERS
    others_only = True
    idempotent = True
    deadline_s = 14.0  # the file is looked at for malware, where that is set up
    errors = (DocumentRefused, DocumentTooLarge, MalwareFound, ScannerAway)

    class Request(Schema):
        """The stored file, whose it is and what it is for."""

        application_id = fields.UUID(required=True)
        requirement = shapes.short(100, required=True)
        file_name = shapes.file_name(required=True)
        media_type = shapes.short(100, required=True)
        size = fields.Integer(strict=True, required=True, validate=validate.Range(min=1))
        sha256 = shapes.sha256(required=True)

    Reply = Document


class DecideDocument(Call):
    """Accepts a document, or refuses it and says why; the applicant sees it at once (F29)."""

    access = REVIEWERS
    others_only = True
    errors = (ReasonsNeeded,)
    mismatch = ChangedSince

    class Request(Schema):
        """The document, the verdict and the version of the document that was read; a refusal needs its reason."""

        document_id = fields.UUID(required=True)
        version = shapes.version(load_default=None, allow_none=True)
        accepted = fields.Boolean(required=True)
        reason = shapes.long(load_default=None, allow_none=True)

    Reply = Document


class AssignApplication(Call):
    """Takes an application on, also from a colleague, or gives it back; who did so is in the audit trail (B8)."""

    access = REVIEWERS
    others_only = True

    class Request(Schema):
        """Which, and whether it is the caller's from now on."""

        application_id = fields.UUID(required=True)
        mine = fields.Boolean(required=True)

    Reply = QueuedSummary


class AddNote(Call):
    """Adds a review note; notes are never changed, and the applicant never sees them."""

    access = REVIEWERS
    others_only = True
    idempotent = True

    class Request(Schema):
        """The note."""

        application_id = fields.UUID(required=True)
        text = shapes.long(required=True)

    Reply = Note


class MarkComplete(Call):
    """Finds a submitted application complete: nothing more is needed to review it (R14)."""

    access = REVIEWERS
    others_only = True
    errors = (StepNotPossible,)
    mismatch = ChangedSince
    Request = _Step
    Reply = Summary


class RequestMore(Call):
    """Asks the applicant for more: reopens the named fields and requirements and tells the applicant by mail and inbox (F32)."""

    access = REVIEWERS
    others_only = True
    errors = (StepNotPossible,)
    mismatch = ChangedSince

    class Request(_Step):
        """What is asked for, and by when."""

        items = fields.List(fields.Nested(RequestedItem), required=True, validate=validate.Length(min=1, max=50))
        due_on = ComingDay(load_default=None, allow_none=True)

    Reply = Summary


class BeginReview(Call):
    """Begins the review of a complete application."""

    access = REVIEWERS
    others_only = True
    errors = (StepNotPossible,)
    mismatch = ChangedSince
    Request = _Step
    Reply = Summary


class ReferToCommittee(Call):
    """Refers an application to the Registration Committee, with written reasons (R13)."""

    access = DECIDERS
    others_only = True
    errors = (StepNotPossible,)
    mismatch = ChangedSince

    class Request(_Step):
        """Why."""

        reasons = shapes.long(required=True)

    Reply = Summary


class Decide(Call):
    """Decides: approves, approves with conditions, or refuses with written reasons (R13)."""

    access = DECIDERS
    others_only = True
    errors = (StepNotPossible, ReasonsNeeded, RequirementsOutstanding)
    mismatch = ChangedSince

    class Request(_Step):
        """The decision; a refusal needs reasons, a conditional approval its terms, in both languages or by their codes (P3)."""

        decision = fields.String(
            required=True, validate=validate.OneOf((states.APPROVED, states.APPROVED_WITH_CONDITIONS, states.REFUSED))
        )
        reasons = shapes.long(load_default=None, allow_none=True)
        terms = asked_terms()
        conditions = asked_as_before()

    Reply = Summary


class CompareFacts(Call):
    """Says of facts that somebody stated whether they match an account's application (F10); what is on file is not told."""

    access = SUPPORTERS
    others_only = True

    class Request(Schema):
        """Whose file, and what was stated."""

        account_id = fields.UUID(required=True)
        legal_name = shapes.short(200, load_default=None, allow_none=True)
        date_of_birth = Day(load_default=None, allow_none=True)
        phone = shapes.short(40, load_default=None, allow_none=True)
        postal_code = shapes.short(20, load_default=None, allow_none=True)

    class Reply(Schema):
        """The result for each fact that was stated; a decision about a request for a way back in takes them as they are."""

        checks = fields.List(fields.Nested(CheckedFact), required=True)
