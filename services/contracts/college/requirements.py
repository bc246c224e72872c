"""What an application needs besides the form: documents and other requirements by category and education route (R2, F26-F29)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.common.kernel.text import Text
from services.common.kernel.validation import ValidationError, fields, validate
from services.contracts.college.schema_fields import Items, RecordSchema, TextField, TrueFalse, WholeNumber, code_field, one_of

PROVIDERS = ("applicant", "institution", "staff")
FILE_TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png", "heic": "image/heic"}


@dataclass(frozen=True)
class Condition:
    """Holds when the answer to a form field is `equals`, or has it among several choices."""

    field: str
    equals: str | bool

    def met_by(self, answers: Mapping[str, Any]) -> bool:
        """Whether the answers of the form, by field code, meet the condition. An unanswered field never does."""
        answer = answers.get(self.field)
        if isinstance(answer, (list, tuple)):
            return self.equals in answer
        return type(answer) is type(self.equals) and answer == self.equals


@dataclass(frozen=True)
class Route:
    """A way to have been educated for the profession."""

    code: str
    name: Text
    help: Text


@dataclass(frozen=True)
class Requirement:
    """One thing that the file must hold.

    It is needed for the categories and routes listed (empty: for all), and only where `needed_if` holds. While one that
    `blocks_submission` is missing the application cannot be submitted; the others must have come before a decision.
    """

    code: str
    name: Text
    help: Text
    provided_by: str
    blocks_submission: bool
    categories: tuple[str, ...]
    routes: tuple[str, ...]
    needed_if: Condition | None
    accepted_types: tuple[str, ...]
    max_bytes: int

    def needed(self, category: str | None, route: str | None, answers: Mapping[str, Any]) -> bool:
        """Whether an application for `category` by `route` with these answers needs it."""
        if self.categories and category not in self.categories:
            return False
        if self.routes and route not in self.routes:
            return False
        return self.needed_if is None or self.needed_if.met_by(answers)

    @property
    def media_types(self) -> tuple[str, ...]:
        """The accepted types as MIME types."""
        return tuple(FILE_TYPES[kind] for kind in self.accepted_types)


@dataclass(frozen=True)
class Requirements:
    """The education routes and all requirements, in the order in which they are shown."""

    routes: tuple[Route, ...]
    requirements: tuple[Requirement, ...]


class AnswerField(fields.Field):
    """The answer that a condition waits for: `true`, `false` or the code of a choice."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str | bool:
        if not isinstance(value, (str, bool)):
            raise ValidationError("must be true, false or the code of a choice")
        return value


class ConditionSchema(RecordSchema):
    record = Condition
    field = code_field(required=True)
    equals = AnswerField(required=True)


class RouteSchema(RecordSchema):
    record = Route
    code = code_field(required=True)
    name = TextField(required=True)
    help = TextField(required=True)


class RequirementSchema(RecordSchema):
    record = Requirement
    code = code_field(required=True)
    name = TextField(required=True)
    help = TextField(required=True)
    provided_by = one_of(*PROVIDERS, required=True)
    blocks_submission = TrueFalse(required=True)
    categories = Items(code_field(), load_default=())
    routes = Items(code_field(), load_default=())
    needed_if = fields.Nested(ConditionSchema, load_default=None)
    accepted_types = Items(one_of(*FILE_TYPES), required=True, validate=validate.Length(min=1))
    max_bytes = WholeNumber(required=True, at_least=1)


class RequirementsSchema(RecordSchema):
    record = Requirements
    routes = Items(fields.Nested(RouteSchema), required=True, validate=validate.Length(min=1))
    requirements = Items(fields.Nested(RequirementSchema), required=True, validate=validate.Length(min=1))
