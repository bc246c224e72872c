"""marshmallow's fields with codes for messages, so that the edge can say them in either language; contracts have no others.

`from services.common.kernel.validation import fields, validate`. The library's own classes stay as they are, for whoever else uses them.
"""

from typing import Any, TypeVar

from marshmallow import fields as library

Value = TypeVar("Value")
_DATE = "invalid_date"
_INVALID: dict[str, Any] = {"invalid": "invalid"}


class Field(library.Field[Value]):
    """What all fields say."""

    default_error_messages = {"required": "required", "null": "null", "validator_failed": "invalid", "type": "type"}


class String(library.String, Field[str]):
    """A text."""

    default_error_messages = {**_INVALID, "invalid_utf8": "invalid"}


class UUID(library.UUID, Field[Any]):
    """An identifier."""

    default_error_messages = {"invalid_uuid": "invalid_uuid"}


class Email(library.Email, String):
    """An e-mail address."""

    default_error_messages = {"invalid": "invalid_email", "invalid_utf8": "invalid_email"}


class Url(library.Url, String):
    """An address of the web."""

    default_error_messages = _INVALID


class Integer(library.Integer, Field[int]):
    """A whole number."""

    default_error_messages = {**_INVALID, "too_large": "invalid"}


class Boolean(library.Boolean, Field[bool]):
    """True or false. marshmallow also takes 0, "off" and the like; whoever sends such a thing may have meant something else."""

    default_error_messages = _INVALID

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        raise self.make_error("invalid", input=value)


class DateTime(library.DateTime, Field[Any]):
    """An instant."""

    default_error_messages = {"invalid": _DATE, "invalid_awareness": _DATE, "format": _DATE}


class AwareDateTime(library.AwareDateTime, DateTime):
    """An instant with its zone."""

    default_error_messages = {"invalid": "invalid", "invalid_awareness": "invalid", "format": "invalid"}


class Date(library.Date, Field[Any]):
    """A day."""

    default_error_messages = {"invalid": _DATE, "invalid_awareness": _DATE, "format": _DATE}


class List(library.List, Field[Any]):
    """Several of one kind."""

    default_error_messages = _INVALID


class Dict(library.Dict, Field[Any]):
    """Values under names."""

    default_error_messages = _INVALID


class Nested(library.Nested, Field[Any]):
    """What another schema describes."""

    default_error_messages = {"type": "type"}


class Raw(library.Raw, Field[Any]):
    """Whatever comes."""
