"""What an answer must be like, by the type of its field. Pure: the profile and the answers in, a code of what is wrong out.

The codes are those of services.common.validation, which has their words.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.applications import places
from services.common.validation import ValidationError, validate
from services.contracts.college import College, Field

Answers = Mapping[str, Any]
LONGEST = {"text": 500, "textarea": 10_000, "email": 254, "phone": 40, "postal_code": 12}
OLDEST_YEAR, LATEST_YEAR = 1900, 2100
PHONE_DIGITS = (10, 15)
CANADIAN_POSTAL_CODE = re.compile(
    r"([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])[ -]?(\d[ABCEGHJ-NPRSTV-Z]\d)", re.ASCII | re.IGNORECASE
)
FOREIGN_POSTAL_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{1,11}")
_is_email = validate.Email()


class WrongAnswer(Exception):
    """The answer cannot be accepted; `code` says why, and the profile may have words of its own for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Context:
    """What an answer is judged beside: the college, all answers given, today in the college, and the documents by requirement."""

    college: College
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
    return asked.required or (asked.required_if is not None and asked.required_if.met_by(context.answers))


def clean(asked: Field, answer: Any, context: Context) -> Any:
    """Gives an answer as it is to be stored: trimmed, postal codes in one form. Raises WrongAnswer."""
    if asked.type in _STRINGS:
        return _clean_string(asked, answer, context)
    return _OTHERS[asked.type](asked, answer, context)


def _clean_string(asked: Field, answer: Any, context: Context) -> str:
    if not isinstance(answer, str) or "\x00" in answer:
        raise WrongAnswer("type")
    answer = answer.strip()
    longest = asked.max_length or LONGEST.get(asked.type)
    if longest and len(answer) > longest:
        raise WrongAnswer(f"too_long {longest}")
    if answer and asked.pattern is not None and not asked.pattern.fullmatch(answer):
        raise WrongAnswer("pattern")
    return _STRINGS[asked.type](asked, answer, context) if answer else ""


def _text(asked: Field, answer: str, context: Context) -> str:
    if asked.type == "text" and "\n" in answer:
        raise WrongAnswer("invalid")
    return answer


def _email(asked: Field, answer: str, context: Context) -> str:
    try:
        return str(_is_email(answer))
    except ValidationError:
        raise WrongAnswer("invalid_email") from None


def _phone(asked: Field, answer: str, context: Context) -> str:
    least, most = PHONE_DIGITS
    if not re.fullmatch(r"\+?[0-9 ().-]+", answer) or not least <= sum(character.isdigit() for character in answer) <= most:
        raise WrongAnswer("invalid_phone")
    return answer


def _date(asked: Field, answer: str, context: Context) -> str:
    try:
        day = dt.datetime.strptime(answer, "%Y-%m-%d").date()
    except ValueError:
        raise WrongAnswer("invalid_date") from None
    if not OLDEST_YEAR <= day.year <= LATEST_YEAR:
        raise WrongAnswer("invalid_date")
    if asked.code == context.college.form.roles.date_of_birth and day >= context.today:
        raise WrongAnswer("in_the_future")
    return day.isoformat()


def _country(asked: Field, answer: str, context: Context) -> str:
    if answer not in places.countries():
        raise WrongAnswer("invalid_country")
    return answer


def _province(asked: Field, answer: str, context: Context) -> str:
    if answer not in places.PROVINCES:
        raise WrongAnswer("invalid_province")
    return answer


def _postal_code(asked: Field, answer: str, context: Context) -> str:
    canadian = CANADIAN_POSTAL_CODE.fullmatch(answer)
    if canadian:
        return f"{canadian[1]} {canadian[2]}".upper()
    # Where the profile asks for one on a condition only (the country is Canada), another country's is taken otherwise.
    elsewhere = asked.required_if is not None and not asked.required_if.met_by(context.answers)
    if elsewhere and FOREIGN_POSTAL_CODE.fullmatch(answer):
        return answer
    raise WrongAnswer("invalid_postal_code")


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
    chosen = [_choice(asked, one, context) for one in answer]
    if len(set(chosen)) != len(chosen):
        raise WrongAnswer("repeated")
    return chosen


def _true_or_false(asked: Field, answer: Any, context: Context) -> bool:
    if not isinstance(answer, bool):
        raise WrongAnswer("type")
    return answer


def _number(asked: Field, answer: Any, context: Context) -> int:
    if not isinstance(answer, int) or isinstance(answer, bool):
        raise WrongAnswer("type")
    if asked.minimum is not None and answer < asked.minimum:
        raise WrongAnswer(f"too_small {asked.minimum}")
    if asked.maximum is not None and answer > asked.maximum:
        raise WrongAnswer(f"too_large {asked.maximum}")
    return answer


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
    "textarea": _text,
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
