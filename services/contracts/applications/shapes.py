"""What applications shows of its things."""

from services.common.kernel.typed_text.fields import Code
from services.common.kernel.validation import Schema, fields, validate
from services.contracts import shapes
from services.contracts.applications import states
from services.contracts.terms import stated_terms

REQUIREMENT_STATES = ("missing", "requested", "received", "accepted", "refused")
DOCUMENT_STATES = ("received", "accepted", "refused")
CHANGED_BY = ("applicant", "college", "system")


class Bilingual(Schema):
    """Words in both languages."""

    en = fields.String(required=True)
    fr = fields.String(required=True)


class PageState(Schema):
    """One page of the form in the task list."""

    page = fields.String(required=True)
    title = fields.Nested(Bilingual, required=True)
    state = fields.String(required=True, validate=validate.OneOf(("not_started", "incomplete", "complete")))


class Summary(Schema):
    """Where an application stands and who acts next."""

    id = fields.UUID(required=True)
    account_id = fields.UUID(required=True)
    reference = fields.String(required=True)
    applicant_name = fields.String(required=True, allow_none=True)
    category = fields.String(required=True, allow_none=True)
    route = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(states.ALL))
    state_words = fields.Nested(Bilingual, required=True)
    payment = fields.String(required=True, validate=validate.OneOf(("none", "invoiced", "being_finalised", "finalised")))
    invoice_number = fields.String(required=True, allow_none=True)
    who_acts_next = fields.String(required=True, validate=validate.OneOf(("applicant", "institution", "college", "nobody")))
    version = shapes.version(required=True)
    opened_at = shapes.instant(required=True)
    submitted_at = shapes.instant(required=True, allow_none=True)
    decided_at = shapes.instant(required=True, allow_none=True)
    terms = stated_terms()
    conditions = fields.List(fields.String(), required=True)  # as an earlier release reads them
    decision_reasons = fields.String(required=True, allow_none=True)


class QueuedSummary(Summary):
    """The same as staff see it: with the account of the reviewer who has taken it on."""

    assigned_to = fields.UUID(load_default=None, allow_none=True)


class Document(Schema):
    """A file of the application. Where it is stored is not shown. `version` counts what was decided on it."""

    id = fields.UUID(required=True)
    requirement = fields.String(required=True)
    file_name = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True)
    state = fields.String(required=True, validate=validate.OneOf(DOCUMENT_STATES))
    refusal_reason = fields.String(required=True, allow_none=True)
    from_whom = fields.String(required=True, validate=validate.OneOf(("applicant", "college")))
    received_at = shapes.instant(required=True)
    version = shapes.version(load_default=1)


class Requirement(Schema):
    """What must be there, and its state now (F29); which files it takes: `types` as people call them, and megabytes."""

    code = fields.String(required=True)
    name = fields.Nested(Bilingual, required=True)
    help = fields.Nested(Bilingual, required=True)
    provided_by = fields.String(required=True)
    blocks_submission = fields.Boolean(required=True)
    state = fields.String(required=True, validate=validate.OneOf(REQUIREMENT_STATES))
    refusal_reason = fields.String(required=True, allow_none=True)
    types = fields.List(fields.String(), load_default=list)
    limit_mb = fields.Integer(load_default=None, allow_none=True)


class Blocker(Schema):
    """One thing that keeps the application from being submitted, and where to mend it (B6)."""

    code = fields.String(required=True)
    page = fields.String(required=True, allow_none=True)
    field = fields.String(required=True, allow_none=True)
    requirement = fields.String(required=True, allow_none=True)
    label = fields.Nested(Bilingual, required=True)
    message = fields.Nested(Bilingual, required=True)


class TimelineEntry(Schema):
    """One thing that happened."""

    at = shapes.instant(required=True)
    kind = fields.String(required=True)
    words = fields.Nested(Bilingual, required=True)
    by = fields.String(required=True, validate=validate.OneOf(("applicant", "college", "system")))
    note = fields.String(required=True, allow_none=True)


class RequestedItem(Schema):
    """One thing that the college asks for: a field of the form or a requirement, and why (F32)."""

    field = Code(load_default=None, allow_none=True)
    requirement = Code(load_default=None, allow_none=True)
    reason = shapes.long(required=True)


class Note(Schema):
    """A note of a reviewer; the applicant never sees it."""

    at = shapes.instant(required=True)
    by = fields.String(required=True)
    text = fields.String(required=True)


class SavedPage(Schema):
    """The new version, what is still missing on this page, and the tags of what was sent; `kept` names fields that hold what others saved."""

    page = fields.String(required=True)
    version = shapes.version(required=True)
    saved_at = shapes.instant(required=True)
    blockers = fields.List(fields.Nested(Blocker), required=True)
    tags = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    kept = fields.List(fields.String(), load_default=list)


class DifferingField(Schema):
    """A field that was saved otherwise elsewhere: what it holds now, the tag of that, and what was sent."""

    field = fields.String(required=True)
    saved = fields.Raw(required=True, allow_none=True)
    tag = fields.String(required=True)
    sent = fields.Raw(load_default=None, allow_none=True)


class SavedElsewhere(Schema):
    """What goes with `version_mismatch` of a page: its present version, and the fields that differ."""

    version = shapes.version(load_default=None)
    differs = fields.List(fields.Nested(DifferingField), load_default=list)


class ChangedAnswer(Schema):
    """An answer that was changed: the field of the form, what it held and what it holds."""

    field = fields.String(required=True)
    label = fields.Nested(Bilingual, required=True)
    before = fields.Raw(required=True, allow_none=True)
    after = fields.Raw(required=True, allow_none=True)


class Change(Schema):
    """What made a version of an application: who, when, what, and its words: a note, reasons, the name of a file.

    `account_id` is that of the colleague who did it; of the applicant's own changes it is not told.
    """

    version = shapes.version(required=True)
    at = shapes.instant(required=True)
    kind = fields.String(required=True)
    by = fields.String(required=True, validate=validate.OneOf(CHANGED_BY))
    account_id = fields.UUID(load_default=None, allow_none=True)
    words = fields.Nested(Bilingual, required=True)
    text = fields.String(load_default=None, allow_none=True)
    document_id = fields.UUID(load_default=None, allow_none=True)
    answers = fields.List(fields.Nested(ChangedAnswer), load_default=list)


class ChangedSince(Schema):
    """What goes with `version_mismatch` of a step: the present version, and what came since the one named, oldest first, the last 50."""

    version = shapes.version(load_default=None)
    changed_since = fields.List(fields.Nested(Change), load_default=list)


class StoredFile(Schema):
    """Where the gateway finds a file that the caller may have."""

    file_name = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True)
    sha256 = shapes.sha256(required=True)
