"""The field types that the profile's schemas share. All are strict: nothing is converted that was not written as it should be."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, ClassVar

from marshmallow import post_load

from services.common.kernel.text import LANGUAGES, Text
from services.common.kernel.validation import Schema, ValidationError, fields, validate

_HUNDREDTHS = re.compile(r"([0-9]{1,9})\.([0-9]{2})")


class RecordSchema(Schema):
    """A schema that refuses unknown keys (marshmallow's own default) and makes the frozen dataclass named by `record`."""

    record: ClassVar[type]

    @post_load
    def make_record(self, data: dict[str, Any], **_: Any) -> Any:
        return self.record(**data)


@dataclass(frozen=True)
class MonthDay:
    """A day of every year, such as 31 December."""

    month: int
    day: int

    def in_year(self, year: int) -> dt.date:
        """That day of `year`."""
        return dt.date(year, self.month, self.day)


class TextField(fields.Field[Text]):
    """`{en: …, fr: …}`, both present and neither blank."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Text:
        if not isinstance(value, dict):
            raise ValidationError("must be a text with en and fr")
        errors = {key: ["the college writes in no such language"] for key in value if key not in LANGUAGES}
        for language in LANGUAGES:
            if language not in value:
                errors[language] = ["the text in this language is missing"]
            elif not isinstance(value[language], str) or not value[language].strip():
                errors[language] = ["must be a text that is not blank (quote numbers)"]
        if errors:
            raise ValidationError(errors)
        return Text(en=value["en"].strip(), fr=value["fr"].strip())


class Hundredths(fields.Field[int]):
    """A quoted decimal with two places, `"620.00"`, as a whole number of hundredths: cents or basis points. Never a float."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        match = _HUNDREDTHS.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise ValidationError('must be written in quotes with two decimals, as in "620.00"')
        return int(match[1]) * 100 + int(match[2])


class WholeNumber(fields.Field[int]):
    """A whole number from `at_least` up, written as a number."""

    def __init__(self, *, at_least: int = 0, **kwargs: Any):
        super().__init__(**kwargs)
        self.at_least = at_least

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < self.at_least:
            raise ValidationError(f"must be a whole number, {self.at_least} or more")
        return value


class TrueFalse(fields.Field[bool]):
    """`true` or `false`, and nothing that merely looks like one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("must be true or false")
        return value


class MonthDayField(fields.Field[MonthDay]):
    """A quoted `"MM-DD"` that exists in every year."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> MonthDay:
        try:
            day = dt.date.fromisoformat(f"2001-{value}")  # 2001 has no 29 February, as most years
        except ValueError:
            raise ValidationError('must be a month and a day, as in "12-31"') from None
        return MonthDay(day.month, day.day)


class Items(fields.List):
    """A list that becomes a tuple, so that the profile cannot be changed once loaded."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[Any, ...]:  # type: ignore[override]
        return tuple(super()._deserialize(value, attr, data, **kwargs))


def code_field(**kwargs: Any) -> fields.String:
    """The field for a code: lower-case words joined by underscores."""
    rule = validate.Regexp(r"[a-z][a-z0-9_]*\Z", error="must be lower-case letters, digits and underscores")
    return fields.String(validate=rule, **kwargs)


def line_field(**kwargs: Any) -> fields.String:
    """The field for a string that is not empty and is the same in both languages."""
    return fields.String(validate=validate.Length(min=1), **kwargs)


def one_of(*choices: str, **kwargs: Any) -> fields.String:
    """The field for one word out of `choices`."""
    return fields.String(validate=validate.OneOf(choices, error="must be one of: {choices}"), **kwargs)
