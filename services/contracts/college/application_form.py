"""The application form: its pages in order, their fields, and which fields feed the rest of the system."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from marshmallow import post_load, validates_schema

from services.common.kernel.text import Text
from services.common.kernel.validation import ValidationError, fields, validate
from services.contracts.college.requirements import Condition, ConditionSchema
from services.contracts.college.schema_fields import Items, RecordSchema, TextField, TrueFalse, WholeNumber, code_field, one_of

# The kind of answer that each type takes: a string; a list of strings; true or false; a whole number.
# `document` is the id of an uploaded document; `category` and `route` are choices that the profile itself offers.
STRING_TYPES = ("text", "textarea", "email", "phone", "date", "country", "province", "postal_code")
TODAY = "today"
CHOICE_TYPES = ("choice", "multi_choice")
FIELD_TYPES = (*STRING_TYPES, *CHOICE_TYPES, "category", "route", "yes_no", "agreement", "number", "document")


class NoSuchField(LookupError):
    """The form has no field of that code."""


@dataclass(frozen=True)
class Choice:
    code: str
    label: Text


@dataclass(frozen=True)
class Field:
    """One question.

    A `document` field must be answered before submission when its requirement is needed and blocks submission; all other fields say it
    here: `required` is the plain rule; `required_if` adds a case; with `required_unless` one of two fields is enough. `minimum` and
    `maximum` bound numbers, which are whole unless there are `halves`. A date may be `not_after` today, and `not_before` the date of
    another field. An `agreement` is a statement that must be ticked to count as answered.
    """

    code: str
    label: Text
    help: Text | None
    type: str
    required: bool
    required_if: Condition | None
    required_unless: str | None
    choices: tuple[Choice, ...]
    max_length: int | None
    pattern: re.Pattern[str] | None
    pattern_message: Text | None
    minimum: int | None
    maximum: int | None
    halves: bool
    not_after: str | None
    not_before: str | None
    requirement: str | None

    @property
    def choice_codes(self) -> frozenset[str]:
        """The codes that may be chosen; empty for a type without choices of its own."""
        return frozenset(choice.code for choice in self.choices)


@dataclass(frozen=True)
class Page:
    """One page of the form. The page that `takes_documents` is where all files are uploaded (F26)."""

    code: str
    title: Text
    intro: Text
    fields: tuple[Field, ...]
    takes_documents: bool


@dataclass(frozen=True)
class Roles:
    """Which field holds what the rest of the system needs, so that code knows no field by its code.

    `display_name` is the fields whose answers, joined by spaces, name the person. Fields of None are not asked by the college.
    """

    display_name: tuple[str, ...]
    first_name: str
    middle_names: str | None
    last_name: str
    commonly_used_name: str | None
    date_of_birth: str | None
    phone: str | None
    home_address: tuple[str, ...]
    category: str
    route: str
    languages_of_care: str | None
    publish_languages: str | None
    previous_names: str | None  # one on each line
    site_name: str | None
    site_address: tuple[str, ...]
    site_phone: str | None
    signature_name: str

    @property
    def names(self) -> frozenset[str]:
        """The fields whose one line is a name of the person."""
        codes = (self.first_name, self.middle_names, self.last_name, self.commonly_used_name, self.signature_name)
        return frozenset(code for code in codes if code)

    def named(self) -> Iterator[tuple[str, str]]:
        """Each role with each field code that it names."""
        for role, value in vars(self).items():
            for field_code in (value,) if isinstance(value, str) else value or ():
                yield role, field_code


@dataclass(frozen=True)
class ApplicationForm:
    """The whole form."""

    pages: tuple[Page, ...]
    roles: Roles

    @property
    def fields(self) -> Iterator[Field]:
        """All fields, in the order of the pages."""
        return (field for page in self.pages for field in page.fields)

    def field(self, code: str) -> Field:
        """The field of that code. Raises NoSuchField."""
        for field in self.fields:
            if field.code == code:
                return field
        raise NoSuchField(code)

    def page_of(self, field_code: str) -> Page:
        """The page that asks a field, so that a blocker can link to it (B6). Raises NoSuchField."""
        for page in self.pages:
            if any(field.code == field_code for field in page.fields):
                return page
        raise NoSuchField(field_code)


class PatternField(fields.Field[re.Pattern[str]]):
    """A regular expression, which the whole answer must match."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> re.Pattern[str]:
        try:
            return re.compile(value)
        except (re.error, TypeError):
            raise ValidationError("must be a regular expression") from None


class ChoiceSchema(RecordSchema):
    record = Choice
    code = code_field(required=True)
    label = TextField(required=True)


class FieldSchema(RecordSchema):
    record = Field
    code = code_field(required=True)
    label = TextField(required=True)
    help = TextField(load_default=None)
    type = one_of(*FIELD_TYPES, required=True)
    required = TrueFalse(load_default=False)
    required_if = fields.Nested(ConditionSchema, load_default=None)
    required_unless = code_field(load_default=None)
    choices = Items(fields.Nested(ChoiceSchema), load_default=())
    max_length = WholeNumber(load_default=None, at_least=1)
    pattern = PatternField(load_default=None)
    pattern_message = TextField(load_default=None)
    minimum = WholeNumber(load_default=None, data_key="min")
    maximum = WholeNumber(load_default=None, data_key="max")
    halves = TrueFalse(load_default=False)
    not_after = one_of(TODAY, load_default=None)
    not_before = code_field(load_default=None)
    requirement = code_field(load_default=None)

    @validates_schema(skip_on_field_errors=True)
    def fits_its_type(self, data: dict[str, Any], **_: Any) -> None:
        """A field has what its type needs and nothing that its type ignores."""
        kind = data["type"]
        if bool(data["choices"]) != (kind in CHOICE_TYPES):
            raise ValidationError("are needed by choice and multi_choice, and by no other type", "choices")
        if (data["requirement"] is not None) != (kind == "document"):
            raise ValidationError("is needed by document, and by no other type", "requirement")
        if kind == "document" and (data["required"] or data["required_if"]):
            raise ValidationError("a document is required when its requirement is needed: leave this out", "required")
        if kind not in STRING_TYPES and (data["max_length"] or data["pattern"]):
            raise ValidationError("max_length and pattern are for text only", "type")
        if kind != "number" and (data["minimum"] is not None or data["maximum"] is not None or data["halves"]):
            raise ValidationError("min, max and halves are for number only", "type")
        if kind != "date" and (data["not_after"] or data["not_before"]):
            raise ValidationError("not_after and not_before are for date only", "type")
        if data["required_unless"] and (data["required"] or data["required_if"]):
            raise ValidationError("goes with neither required nor required_if", "required_unless")
        if (data["pattern"] is None) != (data["pattern_message"] is None):
            raise ValidationError("pattern and pattern_message go together", "pattern_message")


class PageSchema(RecordSchema):
    record = Page
    code = code_field(required=True)
    title = TextField(required=True)
    intro = TextField(required=True)
    # Named beside `fields`, which marshmallow keeps for itself.
    page_fields = Items(fields.Nested(FieldSchema), required=True, data_key="fields")
    takes_documents = TrueFalse(load_default=False)

    @post_load
    def make_record(self, data: dict[str, Any], **_: Any) -> Page:
        return Page(fields=data.pop("page_fields"), **data)


class RolesSchema(RecordSchema):
    record = Roles
    display_name = Items(code_field(), required=True, validate=validate.Length(min=1))
    first_name = code_field(required=True)
    middle_names = code_field(load_default=None)
    last_name = code_field(required=True)
    commonly_used_name = code_field(load_default=None)
    date_of_birth = code_field(load_default=None)
    phone = code_field(load_default=None)
    home_address = Items(code_field(), load_default=())
    category = code_field(required=True)
    route = code_field(required=True)
    languages_of_care = code_field(load_default=None)
    publish_languages = code_field(load_default=None)
    previous_names = code_field(load_default=None)
    site_name = code_field(load_default=None)
    site_address = Items(code_field(), load_default=())
    site_phone = code_field(load_default=None)
    signature_name = code_field(required=True)


class ApplicationFormSchema(RecordSchema):
    record = ApplicationForm
    pages = Items(fields.Nested(PageSchema), required=True, validate=validate.Length(min=1))
    roles = fields.Nested(RolesSchema, required=True)
