"""The categories of registration (R1)."""

from dataclasses import dataclass

from services.common.kernel.text import Text
from services.common.kernel.validation import Schema, fields, validate
from services.contracts.college.schema_fields import RecordSchema, TextField, TrueFalse, code_field


@dataclass(frozen=True)
class Category:
    """One category: how it is called, in full and short, the title it gives, and whether one may apply for it.

    `registration_fee` is the fee code that registration in it costs; None where the fee is set when the category is opened.
    """

    code: str
    name: Text
    title: Text
    abbreviation: Text
    open_to_applicants: bool
    registration_fee: str | None


class CategorySchema(RecordSchema):
    record = Category
    code = code_field(required=True)
    name = TextField(required=True)
    title = TextField(required=True)
    abbreviation = TextField(required=True)
    open_to_applicants = TrueFalse(required=True)
    registration_fee = code_field(load_default=None, allow_none=True)


class CategoriesSchema(Schema):
    categories = fields.List(fields.Nested(CategorySchema), required=True, validate=validate.Length(min=1))
