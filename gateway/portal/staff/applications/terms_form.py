"""The part of the decision page where conditions are given: standard ones are ticked, any other is written in both languages (P3)."""

from collections.abc import Iterator
from typing import Any

from gateway.portal.kit.forms import Form
from gateway.portal.kit.texts import Verbatim, _, say
from services.common.kernel.errors import Invalid
from services.common.kernel.text import LANGUAGES
from services.contracts.college import CollegeOnDay

STANDARD, MORE = "standard", "more"  # the boxes; the button that shows fields for one more condition
MOST = 10  # of those that are no standard ones: the contract takes a few more
_LABELS = {"en": _("Condition %(number)s in English"), "fr": _("Condition %(number)s in French")}


def labels(language: str) -> dict[str, str]:
    """Gives the labels of the fields, in the page's order."""
    written = {
        name(number, code): Verbatim(say(language, _LABELS[code], number=number))
        for number in range(1, MOST + 1)
        for code in LANGUAGES
    }
    return {STANDARD: _("Standard conditions"), **written}


def name(number: int, language: str) -> str:
    """Names the field of a condition's text."""
    return f"condition_{number}_{language}"


def choices(college: CollegeOnDay, language: str) -> list[tuple[str, str]]:
    """Gives the standard conditions as they would stand on the register."""
    return [(condition.code, condition.statement.in_(language)) for condition in college.review.standard_conditions]


def shown(form: Form) -> list[int]:
    """Numbers the conditions whose fields are shown: those that something was written in, and one more if that was asked for."""
    last = max((number for number, _words in _written(form)), default=0)
    return list(range(1, min(MOST, max(1, last + bool(form.value(MORE)))) + 1))


def given(form: Form) -> list[dict[str, Any]]:
    """Gives the terms of the contract's request."""
    return [{"code": code} for code in form.values(STANDARD)] + [words for _number, words in _written(form)]


def at_its_field(error: Invalid, form: Form, college: CollegeOnDay) -> Invalid:
    """Gives what the contract found wrong with terms at the fields where they were written; all else as it is."""
    first = STANDARD if college.review.standard_conditions else name(1, LANGUAGES[0])
    numbers: list[int | None] = [None] * len(form.values(STANDARD)) + [number for number, _words in _written(form)]

    def place(field: str) -> str:
        parts = field.split(".")
        if parts[0] not in ("terms", "conditions"):
            return field
        number = numbers[int(parts[1])] if len(parts) > 1 and parts[1].isdecimal() and int(parts[1]) < len(numbers) else None
        return first if number is None else name(number, parts[2] if len(parts) > 2 else LANGUAGES[0])

    return Invalid(errors=[{**item, "field": place(item["field"])} for item in error.params.get("errors", ())])


def carried(form: Form) -> list[tuple[str, str]]:
    """Gives what the page that asks once more carries along, as names and values of hidden fields."""
    return [(STANDARD, code) for code in form.values(STANDARD)] + [
        (name(number, language), text) for number, words in _written(form) for language, text in words.items()
    ]


def _written(form: Form) -> Iterator[tuple[int, dict[str, str]]]:
    for number in range(1, MOST + 1):
        words = {language: form.value(name(number, language)).strip().replace("\r\n", "\n") for language in LANGUAGES}
        if any(words.values()):
            yield number, {language: text for language, text in words.items() if text}
