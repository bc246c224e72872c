"""marshmallow's validators with codes for messages: `too_short 2`, `not_a_choice en, fr`. Contracts import them as `validate`."""

from collections.abc import Callable
from typing import Any

from marshmallow import validate as library


def _of_two_bounds(validator: Any, value: Any, message: str, measure: Callable[[Any], Any]) -> str:
    # Of two bounds marshmallow says the same whichever was passed; a person needs to know which.
    if message == validator.message_all:
        message = validator.message_min if measure(value) < validator.min else validator.message_max
    bounds = {"min": validator.min, "max": validator.max, "equal": getattr(validator, "equal", None)}
    return str((validator.error or message).format(input=value, **bounds))


class Length(library.Length):
    """How long a text or a list is."""

    message_min = "too_short {min}"
    message_max = "too_long {max}"
    message_all = "{min} {max}"
    message_equal = "too_long {equal}"

    def _format_error(self, value: Any, message: str) -> str:
        return _of_two_bounds(self, value, message, len)


class Range(library.Range):
    """How large a value is."""

    message_min = "too_small {{min}}"
    message_max = "too_large {{max}}"
    message_all = "{{min}} {{max}}"

    def _format_error(self, value: Any, message: str) -> str:
        return _of_two_bounds(self, value, message, lambda whole: whole)


class OneOf(library.OneOf):
    """One of some choices."""

    default_message = "not_a_choice {choices}"


class Regexp(library.Regexp):
    """A text of a pattern."""

    default_message = "pattern"


class Email(library.Email):
    """An e-mail address."""

    default_message = "invalid_email"
