"""Policies that the public reads on pages of their own (F62, F63), in the college's own words."""

from dataclasses import dataclass

from services.common.kernel.text import Text
from services.common.kernel.validation import Schema, fields
from services.contracts.college.schema_fields import Items, RecordSchema, TextField, TrueFalse, code_field


@dataclass(frozen=True)
class PolicySection:
    """A part of a policy: a heading, a paragraph, and points under it."""

    heading: Text
    text: Text
    points: tuple[Text, ...]


@dataclass(frozen=True)
class Policy:
    """One policy. Until the college has confirmed its wording, the page says so."""

    code: str
    title: Text
    confirmed: bool
    sections: tuple[PolicySection, ...]


class PolicySectionSchema(RecordSchema):
    record = PolicySection
    heading = TextField(required=True)
    text = TextField(required=True)
    points = Items(TextField(), load_default=())


class PolicySchema(RecordSchema):
    record = Policy
    code = code_field(required=True)
    title = TextField(required=True)
    confirmed = TrueFalse(required=True)
    sections = Items(fields.Nested(PolicySectionSchema), required=True)


class PoliciesSchema(Schema):
    policies = Items(fields.Nested(PolicySchema), required=True)
