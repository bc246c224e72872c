"""By when things are due: the deadlines that the services know, and the college's rule for each (R2, R9, R14)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from marshmallow import post_load, validates_schema

from services.common.deadlines.rules import Rule
from services.common.kernel.text import Text
from services.common.kernel.validation import Schema, ValidationError, fields, validate
from services.contracts.college.schema_fields import (
    Items,
    MonthDay,
    MonthDayField,
    RecordSchema,
    TrueFalse,
    WholeNumber,
    one_of,
)

ACKNOWLEDGEMENT = "application_acknowledgement"
LAPSE = "application_lapse"
ATTESTATION = "pd_attestation"
SELF_ASSESSMENT = "self_assessment"


@dataclass(frozen=True)
class KnownDeadline:
    """A deadline that a service knows: what it is called, and from what it is counted."""

    counted_from: str
    name: Text


DEADLINES: Mapping[str, KnownDeadline] = MappingProxyType(
    {
        ACKNOWLEDGEMENT: KnownDeadline("received", Text("Written answer of the College", "Réponse écrite de l’Ordre")),
        LAPSE: KnownDeadline("last_action", Text("Lapse of the application", "Caducité de la demande")),
        ATTESTATION: KnownDeadline("due_year", Text("Attestation of the PD cycle", "Attestation du cycle de perfectionnement")),
        SELF_ASSESSMENT: KnownDeadline("registered", Text("First self-assessment", "Première auto-évaluation")),
    }
)
_LENGTHS = ("days", "months", "on")
_FURTHEST_REMINDER = 366


@dataclass(frozen=True)
class GivenRule:
    """A rule as the profile has it."""

    code: str
    days: int | None = None
    months: int | None = None
    on: MonthDay | None = None
    ends_with_day: bool = True
    reminders: tuple[int, ...] = ()
    can_be_paused: bool = False


class GivenRuleSchema(RecordSchema):
    record = GivenRule
    code = one_of(*DEADLINES, required=True)
    days = WholeNumber(at_least=1)
    months = WholeNumber(at_least=1)
    on = MonthDayField()
    ends_with_day = TrueFalse()
    reminders = Items(fields.Integer(strict=True, validate=validate.Range(-_FURTHEST_REMINDER, _FURTHEST_REMINDER)))
    can_be_paused = TrueFalse()

    @validates_schema(skip_on_field_errors=True)
    def says_how_long(self, data: dict[str, Any], **_: Any) -> None:
        if len([name for name in _LENGTHS if name in data]) != 1:
            raise ValidationError(f"must say one of {', '.join(_LENGTHS)}")


class DeadlinesSchema(Schema):
    deadlines = Items(fields.Nested(GivenRuleSchema), required=True)

    @post_load
    def to_rules(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {
            "deadlines": tuple(Rule(counts_from=DEADLINES[given.code].counted_from, **vars(given)) for given in data["deadlines"])
        }


def faults(deadlines: tuple[Rule, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Each deadline that the services know has one rule."""
    missing = DEADLINES.keys() - {rule.code for rule in deadlines}
    for code in sorted(missing):
        yield ("deadlines",), f"the deadline {code!r} has no rule"
