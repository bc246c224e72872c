"""Words that staff write for everybody: in English and in French. What an earlier release kept in one language only is said to be so.

`BothLanguages` takes them, `said` gives them to a reader: never another language without a word about it (P3).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import validates_schema

from services.common.kernel.records import Record, of
from services.common.kernel.text import LANGUAGES, Text
from services.common.kernel.validation import ValidationError
from services.contracts import shapes

MISSING = {"en": "english_missing", "fr": "french_missing"}
# Said to a reader of the other language, by the one that is there.
ONLY_IN = {
    "en": Text("In English only; ask the College for a translation.", "Texte en anglais seulement; demandez la traduction à l’Ordre."),
    "fr": Text("In French only; ask the College for a translation.", "Texte en français seulement; demandez la traduction à l’Ordre."),
}  # fmt: skip


class BothLanguages(Record):
    """Words in English and in French; a language that is missing is a fault at its field."""

    en: str | None = of(shapes.long(), default=None)
    fr: str | None = of(shapes.long(), default=None)

    @validates_schema
    def whole(self, data: Mapping[str, Any], **_: Any) -> None:
        """Raises ValidationError for each language that is missing."""
        refuse_missing(data)


def refuse_missing(words: Mapping[str, Any]) -> None:
    """Raises ValidationError for each language that these words are not in."""
    if faults := {language: [MISSING[language]] for language in missing(words)}:
        raise ValidationError(faults)


@dataclass(frozen=True, slots=True)
class Said:
    """Words as one reader gets them: in `language`; where that is not the reader's own, `notice` says so."""

    text: str
    language: str
    notice: str | None = None

    @property
    def in_a_line(self) -> str:
        """The words with what is to be said of them, for where no mark-up can tell them apart."""
        return f"{self.text} ({self.notice})" if self.notice else self.text


def missing(words: Mapping[str, Any]) -> list[str]:
    """Gives the languages in which words are not there."""
    return [language for language in LANGUAGES if not words.get(language)]


def said(words: Mapping[str, Any], language: str) -> Said:
    """Gives words to a reader of `language`: in it, or in the one that is there, with a notice."""
    if text := words.get(language):
        return Said(text, language)
    other = next((code for code in LANGUAGES if words.get(code)), language)
    return Said(words.get(other) or "", other, ONLY_IN[other].in_(language))
