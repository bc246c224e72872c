"""What an answer must be like, by the type of its field. Pure: the profile and the answers in, a code of what is wrong out.

The codes are those of services.common.kernel.validation, which has their words. How texts are cleaned, services.common.kernel.typed_text says.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.applications.form import places
from services.common.kernel.text import Text
from services.common.kernel.typed_text import days, emails, lines, names, numbers, phones, possible_days, postal_codes, prose
from services.common.kernel.typed_text.refused import Refused
from services.common.kernel.validation import words
from services.contracts.college import TODAY, CollegeOnDay, Field

Answers = Mapping[str, Any]
LONGEST = {"text": 500, "textarea": 10_000, "email": 254, "phone": 40, "postal_code": 12}


class WrongAnswer(Exception):
    """The answer cannot be accepted; `code` says why, and the profile may have words of its own for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Context:
    """What an answer is judged beside: the college, all answers given, today in the college, and the documents by requirement."""

    college: CollegeOnDay
    answers: Answers
    today: dt.date
    documents: Mapping[str, str] = field(default_factory=dict)  # id of each document -> its requirement


def is_answered(asked: Field, answer: Any) -> bool:
    """Whether a field has an answer. An agreement that is not ticked is none; a “no” is one."""
    if asked.type == "agreement":
        return answer is True
    return answer not in (None, "", [])


def is_required(asked: Field, context: Context) -> bool:
    """Whether the field must be answered before submission, given the other answers."""
    if asked.type == "document":
        requirement = context.college.requirement(str(asked.requirement))
        roles = context.college.form.roles
        category, route = context.answers.get(roles.category), context.answers.get(roles.route)
        return requirement.blocks_submission and requirement.needed(category, route, context.answers)
    if asked.required_unless is not None:
        return context.answers.get(asked.required_unless) in (None, "", [])
    return asked.required or (asked.required_if is not None and asked.required_if.met_by(context.answers))


def clean(asked: Field, answer: Any, context: Context) -> Any:
    """Gives an answer as it is to be stored: cleaned, and in the one form of its type. Raises WrongAnswer."""
    try:
        if asked.type in _STRINGS:
            return _clean_string(asked, answer, context)
        return _OTHERS[asked.type](asked, answer, context)
    except Refused as error:
        raise WrongAnswer(error.code) from None


def said(asked: Field, code: str, college: CollegeOnDay) -> Text:
    """What is wrong with an answer, in words: the profile's own where it has some; another field is named by its label."""
    if code == "pattern" and asked.pattern_message is not None:
        return asked.pattern_message
    name, _, other = code.partition(" ")
    if name == "earlier_than":
        label = college.form.field(other).label
        return Text(words(f"{name} {label.en}", "en"), words(f"{name} {label.fr}", "fr"))
    return Text(words(code, "en"), words(code, "fr"))


def _clean_string(asked: Field, answer: Any, context: Context) -> str:
    if not isinstance(answer, str):
        raise WrongAnswer("type")
    cleaned = _STRINGS[asked.type](asked, answer, context)
    longest = asked.max_length or LONGEST.get(asked.type)
    if longest and len(cleaned) > longest:
        raise WrongAnswer(f"too_long {longest}")
    if cleaned and asked.pattern is not None and not asked.pattern.fullmatch(cleaned):
        raise WrongAnswer("pattern")
    return cleaned


def _text(asked: Field, answer: str, context: Context) -> str:
    given: str = (names if asked.code in context.college.form.roles.names else lines).clean(answer)
    return given


def _textarea(asked: Field, answer: str, context: Context) -> str:
    return prose.clean(answer)


def _email(asked: Field, answer: str, context: Context) -> str:
    return emails.clean(answer)


def _phone(asked: Field, answer: str, context: Context) -> str:
    return phones.clean(answer)


def _date(asked: Field, answer: str, context: Context) -> str:
    cleaned = days.clean(answer)
    if cleaned:
        day = dt.date.fromisoformat(cleaned)
        _check_possible(asked, day, context)
    return cleaned


def _check_possible(asked: Field, day: dt.date, context: Context) -> None:
    """A date that cannot have been is refused by what the field means: after today, or before another of the form."""
    if code := possible_days.past(day, context.today) if asked.not_after == TODAY else possible_days.any_day(day):
        raise WrongAnswer(code)
    earlier = context.answers.get(asked.not_before) if asked.not_before else None
    try:
        first = dt.date.fromisoformat(days.clean(earlier)) if isinstance(earlier, str) else None
    except (Refused, ValueError):
        return  # told at that field
    if code := possible_days.in_order(first, day, str(asked.not_before)):
        raise WrongAnswer(code)


def _country(asked: Field, answer: str, context: Context) -> str:
    if answer and answer not in places.countries():
        raise WrongAnswer("invalid_country")
    return answer


def _province(asked: Field, answer: str, context: Context) -> str:
    if answer and answer not in places.PROVINCES:
        raise WrongAnswer("invalid_province")
    return answer


def _postal_code(asked: Field, answer: str, context: Context) -> str:
    # Where the profile asks for one on a condition only (the country is Canada), another country's is taken otherwise.
    elsewhere = asked.required_if is not None and not asked.required_if.met_by(context.answers)
    return (postal_codes.clean if elsewhere else postal_codes.clean_canadian)(answer)


def _one_of(codes: list[str], answer: Any) -> str:
    if not isinstance(answer, str):
        raise WrongAnswer("type")
    if answer not in codes:
        raise WrongAnswer(f"not_a_choice {', '.join(codes)}")
    return answer


def _choice(asked: Field, answer: Any, context: Context) -> str:
    return _one_of([choice.code for choice in asked.choices], answer)


def _category(asked: Field, answer: Any, context: Context) -> str:
    return _one_of([category.code for category in context.college.entry_categories], answer)


def _route(asked: Field, answer: Any, context: Context) -> str:
    return _one_of([route.code for route in context.college.routes], answer)


def _multi_choice(asked: Field, answer: Any, context: Context) -> list[str]:
    if not isinstance(answer, list):
        raise WrongAnswer("type")
    chosen = [_choice(asked, choice, context) for choice in answer]
    if len(set(chosen)) != len(chosen):
        raise WrongAnswer("repeated")
    return chosen


def _true_or_false(asked: Field, answer: Any, context: Context) -> bool:
    if not isinstance(answer, bool):
        raise WrongAnswer("type")
    return answer


def _number(asked: Field, answer: Any, context: Context) -> int | float | str:
    if isinstance(answer, bool) or not isinstance(answer, int | float | str):
        raise WrongAnswer("invalid_number")
    if answer == "":
        return ""
    number: int | float = numbers.read(str(answer), asked.halves)
    if asked.minimum is not None and number < asked.minimum:
        raise WrongAnswer(f"too_small {asked.minimum}")
    if asked.maximum is not None and number > asked.maximum:
        raise WrongAnswer(f"too_large {asked.maximum}")
    return number


def _document(asked: Field, answer: Any, context: Context) -> str:
    try:
        identity = str(UUID(answer))
    except (ValueError, TypeError, AttributeError):
        raise WrongAnswer("invalid_uuid") from None
    if context.documents.get(identity) != asked.requirement:
        raise WrongAnswer("not_your_document")
    return identity


_STRINGS: dict[str, Callable[[Field, str, Context], str]] = {
    "text": _text,
    "textarea": _textarea,
    "email": _email,
    "phone": _phone,
    "date": _date,
    "country": _country,
    "province": _province,
    "postal_code": _postal_code,
}
_OTHERS: dict[str, Callable[[Field, Any, Context], Any]] = {
    "choice": _choice,
    "multi_choice": _multi_choice,
    "category": _category,
    "route": _route,
    "yes_no": _true_or_false,
    "agreement": _true_or_false,
    "number": _number,
    "document": _document,
}
