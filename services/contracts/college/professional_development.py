"""The rules of professional development (R9): the cycle, its hours and its years. By when things are due is in `deadlines`."""

from dataclasses import dataclass

from services.common.kernel.text import Text
from services.common.kernel.validation import fields, validate
from services.contracts.college.organisation import SENDERS
from services.contracts.college.schema_fields import (
    Items,
    MonthDay,
    MonthDayField,
    RecordSchema,
    TextField,
    WholeNumber,
    code_field,
    one_of,
)


@dataclass(frozen=True)
class ActivityKind:
    """A kind of activity of which a cycle needs some."""

    code: str
    name: Text
    at_least: int


@dataclass(frozen=True)
class Cycle:
    """The PD cycle. Its attestation is due in years of the same parity as the first registration year, or of the opposite."""

    years: int
    due_year_parity: str
    required_hours: int
    activities: tuple[ActivityKind, ...]
    attestation_opens: MonthDay


@dataclass(frozen=True)
class ProfessionalDevelopment:
    """All that quality assurance takes from the profile. `contact` is one of the college's addresses (F35)."""

    contact: str
    cycle: Cycle


class ActivityKindSchema(RecordSchema):
    record = ActivityKind
    code = code_field(required=True)
    name = TextField(required=True)
    at_least = WholeNumber(required=True)


class CycleSchema(RecordSchema):
    record = Cycle
    years = WholeNumber(required=True, at_least=1)
    due_year_parity = one_of("same", "opposite", required=True)
    required_hours = WholeNumber(required=True)
    activities = Items(fields.Nested(ActivityKindSchema), required=True, validate=validate.Length(min=1))
    attestation_opens = MonthDayField(required=True)


class ProfessionalDevelopmentSchema(RecordSchema):
    record = ProfessionalDevelopment
    contact = one_of(*SENDERS, required=True)
    cycle = fields.Nested(CycleSchema, required=True)
