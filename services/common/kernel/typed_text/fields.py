"""Contracts' fields for what people type: cleaned by the rule of its kind before anything else of the contract is looked at.

What was stored before a rule came is answered as it is: `trust` takes the rule off the fields of replies and of facts.
"""

from datetime import date
from typing import Any, ClassVar, Protocol

from marshmallow import Schema, ValidationError
from marshmallow.fields import Field as MarshmallowField

from services.common.kernel import clock, fields
from services.common.kernel import validators as validate
from services.common.kernel.typed_text import (
    days,
    emails,
    file_names,
    lines,
    names,
    phones,
    possible_days,
    postal_codes,
    prose,
    searches,
)
from services.common.kernel.typed_text.refused import Refused


class Rule(Protocol):
    """What a module of this package does with a text of its kind."""

    def clean(self, text: str) -> str:
        """Gives the text in the form that is kept. Raises Refused."""


class Typed(fields.String):
    """A text that somebody types or pastes. What shows nothing is missing: refused where it must be there, else nothing."""

    rule: ClassVar[Rule]
    trusted = False

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if self.trusted:
            return text
        try:
            cleaned = self.rule.clean(text)
        except Refused as error:
            raise ValidationError(error.code) from None
        if not cleaned and self.allow_none:
            return None
        if not cleaned and any(isinstance(validator, validate.Length) and validator.min for validator in self.validators):
            raise ValidationError("required")
        return cleaned

    def _validate(self, value: Any) -> None:
        if value is not None:
            super()._validate(value)


class Name(Typed):
    """The name of a person, or that a person gives to something."""

    rule: ClassVar[Rule] = names


class Line(Typed):
    """A line of text, also a number or reference that is typed off a paper."""

    rule: ClassVar[Rule] = lines


class Prose(Typed):
    """A text of several lines."""

    rule: ClassVar[Rule] = prose


class Phone(Typed):
    """A telephone number."""

    rule: ClassVar[Rule] = phones


class PostalCode(Typed):
    """A postal code of any country."""

    rule: ClassVar[Rule] = postal_codes


class FileName(Typed):
    """The name of a file that somebody uploads."""

    rule: ClassVar[Rule] = file_names


class Search(Typed):
    """What somebody looks for."""

    rule: ClassVar[Rule] = searches


class Email(Typed, fields.Email):
    """An e-mail address."""

    rule: ClassVar[Rule] = emails


class Day(fields.Date):
    """A date, written as in ISO 8601 or with its month's name in either language."""

    trusted = False

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, str) and not self.trusted:
            try:
                value = days.clean(value)
            except Refused as error:
                raise ValidationError(error.code) from None
        return super()._deserialize(value, attr, data, **kwargs)


class PastDay(Day):
    """A date that has been or is today, such as one of birth."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        day = super()._deserialize(value, attr, data, **kwargs)
        return day if self.trusted else _possible(day, possible_days.past(day, possible_days.latest_today(clock.now())))


class ComingDay(Day):
    """A date that is to come or is today, such as one by which something is due."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        day = super()._deserialize(value, attr, data, **kwargs)
        return day if self.trusted else _possible(day, possible_days.coming(day, possible_days.earliest_today(clock.now())))


def _possible(day: date, code: str | None) -> date:
    if code:
        raise ValidationError(code)
    return day


class Code(fields.String):
    """What a program made and no person types: a code, an identifier, a token, a cursor. Kept as it is."""


def trust(schema: Schema) -> Schema:
    """Takes the rules off the fields of a schema, at every depth: what it reads was stored, not typed. Gives the schema."""
    for field in schema.fields.values():
        _trust(field)
    return schema


def _trust(field: MarshmallowField) -> None:
    if isinstance(field, (Typed, Day)):
        field.trusted = True
    elif isinstance(field, fields.Nested):
        trust(field.schema)
    elif isinstance(field, fields.List):
        _trust(field.inner)
