"""Terms, conditions and limitations of a registration: a standard one of the college's profile by its code, any other in both languages (P3).

Once decided, a term is kept as it was said, `{code, en, fr}`: what the profile says later changes no decision. In earlier releases a
condition was one text (`conditions`), in whichever language somebody wrote it. Such texts are read still (`of`), from rows, facts and
answers, and written still for whoever runs the earlier release beside this one (`carried`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from marshmallow import validates_schema

from services.common.kernel import records
from services.common.kernel.errors import Invalid
from services.common.kernel.records import Record
from services.common.kernel.text import LANGUAGES, Text
from services.common.kernel.typed_text.fields import Code
from services.common.kernel.validation import ValidationError, fields, validate
from services.contracts import shapes
from services.contracts.both_languages import BothLanguages, refuse_missing, said
from services.contracts.college import College, CollegeOnDay
from services.contracts.college.review import StandardCondition

Term = dict[str, str | None]
MOST = 20
# What tells the two languages apart in a sentence about practice.
_FRENCH = """à au aux avec ce cette chaque dans de des doit du elle en est et être il jusqu l la le les lors ne ou par pas personne pour que qui
sa sans ses son sous sur toute un une"""
_ENGLISH = """a an and any at be before by each for from has his her in is it may must not of on only or practise practises shall that the their
to under until while with within"""


class GivenTerm(BothLanguages):
    """A term as staff give it: the code of a standard condition of the college, or other words in both languages."""

    code: str | None = records.of(Code(validate=validate.Length(min=1, max=100)), default=None)

    @validates_schema
    def whole(self, data: Mapping[str, Any], **_: Any) -> None:
        """Raises ValidationError for words in one language, and for words beside a code."""
        if not data.get("code"):
            refuse_missing(data)
        elif beside := [language for language in LANGUAGES if data.get(language)]:
            raise ValidationError({language: ["invalid"] for language in beside})


class StatedTerm(Record):
    """A term as it was decided. A language is missing only in what an earlier release kept; the code is there for a standard one."""

    code: str | None = None
    en: str | None
    fr: str | None


def asked_terms() -> fields.List:
    """The terms that a request gives."""
    return fields.List(fields.Nested(GivenTerm.schema), validate=validate.Length(max=MOST))


def asked_as_before() -> fields.List:
    """The same as an earlier release gave them, each one text: a standard condition's code or words, and no other."""
    return fields.List(shapes.long(), validate=validate.Length(max=MOST))


def stated_terms() -> fields.List:
    """The terms that an answer or a fact carries; none told by an earlier release, which has `conditions` only."""
    return fields.List(fields.Nested(StatedTerm.schema))


def given(college: CollegeOnDay, terms: Sequence[GivenTerm], conditions: Sequence[str] = ()) -> list[Term]:
    """Gives what was asked as it is kept, by the standard conditions of the day. Raises Invalid for a code or text that is none of them."""
    standard = {condition.code: condition for condition in college.review.standard_conditions}
    faults, kept = [], []
    for place, term in enumerate(terms):
        if not term.code:
            kept.append(Term(code=None, en=term.en, fr=term.fr))
        elif term.code in standard:
            kept.append(_of_standard(standard[term.code]))
        else:
            faults.append({"field": f"terms.{place}.code", "code": f"not_a_choice {', '.join(standard)}"})
    for place, text in enumerate(conditions):
        if (standing := _standing([college], text))["code"]:
            kept.append(standing)
        else:
            faults.append({"field": f"conditions.{place}", "code": "both_languages"})
    if len({tuple(term.values()) for term in kept}) < len(kept):
        faults.append({"field": "terms", "code": "repeated"})
    if faults:
        raise Invalid(errors=faults)
    return kept


def of(college: College, terms: Sequence[Term | StatedTerm] | None, conditions: Iterable[str]) -> list[Term]:
    """Gives the terms of a row, a fact or an answer, whichever release it comes from."""
    if terms is None:
        return [former(college, text) for text in conditions]
    return [term if isinstance(term, dict) else Term(code=term.code, en=term.en, fr=term.fr) for term in terms]


def stated(terms: Iterable[Term]) -> list[StatedTerm]:
    """Gives terms as a fact carries them."""
    return [StatedTerm(code=term["code"], en=term["en"], fr=term["fr"]) for term in terms]


def texts(college: College, terms: Sequence[Term | StatedTerm] | None, conditions: Iterable[str]) -> list[Text]:
    """Gives the same as texts for readers of either language."""
    return [Text(*(said(term, language).in_a_line for language in LANGUAGES)) for term in of(college, terms, conditions)]


def former(college: College, text: str) -> Term:
    """Gives the term that an earlier release kept as one text: a standard one by its code or words, else in the language it is in only."""
    return _standing(reversed(college.history), text)


def _standing(colleges: Iterable[CollegeOnDay], text: str) -> Term:
    plain = " ".join(text.split())
    for condition in (condition for college in colleges for condition in college.review.standard_conditions):
        if plain in (condition.code, *(" ".join(words.split()) for words in (condition.statement.en, condition.statement.fr))):
            return _of_standard(condition)
    language = written_in(plain)
    return Term(code=None, en=None, fr=None) | {language: text.strip()}


def written_in(text: str) -> str:
    """Tells the language of a text from its small words and accents; English where nothing tells."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    french = sum(word in _FRENCH.split() for word in words) + len(re.findall("[àâçèéêëîïôùûœ]", text.lower()))
    return "fr" if french > sum(word in _ENGLISH.split() for word in words) else "en"


def carried(terms: Sequence[Term]) -> dict[str, Any]:
    """Gives the terms as contracts and tables carry them; `conditions` is what an earlier release reads: both languages in one text."""
    return {
        "terms": list(terms),
        "conditions": [" / ".join(words for language in LANGUAGES if (words := term[language])) for term in terms],
    }


def _of_standard(condition: StandardCondition) -> Term:
    return Term(code=condition.code, en=condition.statement.en, fr=condition.statement.fr)
