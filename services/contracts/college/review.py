"""How applications are reviewed: checklist, reasons for refusal, standard conditions, clocks, standing paragraphs (R13, R14)."""

from dataclasses import dataclass

from services.common.kernel.text import Text
from services.common.kernel.validation import fields, validate
from services.contracts.college.schema_fields import Items, RecordSchema, TextField, WholeNumber, code_field


@dataclass(frozen=True)
class CheckItem:
    """One thing that a reviewer confirms."""

    code: str
    label: Text


@dataclass(frozen=True)
class RefusalReason:
    """A reason for refusal: its name for staff, and the words of it in the letter."""

    code: str
    name: Text
    letter: Text


@dataclass(frozen=True)
class StandardCondition:
    """A term, condition or limitation that staff can attach to an approval; `statement` is what the register shows."""

    code: str
    name: Text
    statement: Text


@dataclass(frozen=True)
class Clocks:
    """How long things may take. Days are calendar days."""

    submissions_days: int
    outside_review_days: int
    information_days: int


@dataclass(frozen=True)
class Letters:
    """Paragraphs that decisions carry."""

    submissions_before_panel: Text
    how_to_ask_outside_review: Text
    conditions_explained: Text


@dataclass(frozen=True)
class Review:
    """All that the review of applications takes from the profile."""

    checklist: tuple[CheckItem, ...]
    refusal_reasons: tuple[RefusalReason, ...]
    standard_conditions: tuple[StandardCondition, ...]
    clocks: Clocks
    letters: Letters


class CheckItemSchema(RecordSchema):
    record = CheckItem
    code = code_field(required=True)
    label = TextField(required=True)


class RefusalReasonSchema(RecordSchema):
    record = RefusalReason
    code = code_field(required=True)
    name = TextField(required=True)
    letter = TextField(required=True)


class StandardConditionSchema(RecordSchema):
    record = StandardCondition
    code = code_field(required=True)
    name = TextField(required=True)
    statement = TextField(required=True)


class ClocksSchema(RecordSchema):
    record = Clocks
    submissions_days = WholeNumber(required=True, at_least=1)
    outside_review_days = WholeNumber(required=True, at_least=1)
    information_days = WholeNumber(required=True, at_least=1)


class LettersSchema(RecordSchema):
    record = Letters
    submissions_before_panel = TextField(required=True)
    how_to_ask_outside_review = TextField(required=True)
    conditions_explained = TextField(required=True)


class ReviewSchema(RecordSchema):
    record = Review
    checklist = Items(fields.Nested(CheckItemSchema), required=True, validate=validate.Length(min=1))
    refusal_reasons = Items(fields.Nested(RefusalReasonSchema), required=True, validate=validate.Length(min=1))
    standard_conditions = Items(fields.Nested(StandardConditionSchema), load_default=())
    clocks = fields.Nested(ClocksSchema, required=True)
    letters = fields.Nested(LettersSchema, required=True)
