"""The categories of registration (R1)."""

from dataclasses import dataclass

from services.common.text import Text
from services.common.validation import Schema, fields, validate
from services.contracts.college.schema_fields import Items, RecordSchema, TextField, TrueFalse, code_field


@dataclass(frozen=True)
class Category:
    """One category: how it is called, the title it gives, and how one comes into it.

    `registration_fee` is the fee code that registration in it costs; None where the fee is set when the category is opened.
    """

    code: str
    name: Text
    title: Text
    abbreviation: Text
    may_practise: bool
    open_to_applicants: bool
    registration_fee: str | None
    transfer_from: tuple[str, ...]
    transfer_fee: str | None


class CategorySchema(RecordSchema):
    record = Category
    code = code_field(required=True)
    name = TextField(required=True)
    title = TextField(required=True)
    abbreviation = TextField(required=True)
    may_practise = TrueFalse(required=True)
    open_to_applicants = TrueFalse(required=True)
    registration_fee = code_field(load_default=None, allow_none=True)
    transfer_from = Items(code_field(), load_default=())
    transfer_fee = code_field(load_default=None, allow_none=True)


class CategoriesSchema(Schema):
    categories = fields.List(fields.Nested(CategorySchema), required=True, validate=validate.Length(min=1))
