"""A text in both languages of the college."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Language = Literal["en", "fr"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "fr")


def unbroken(text: str) -> str:
    """Holds French signs to their words, so that no line begins with a colon or ends with a guillemet."""
    return text.replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(" »", "\u00a0»")


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in English and in French; neither may be missing (R15)."""

    en: str
    fr: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "fr", unbroken(self.fr))

    def in_(self, language: str) -> str:
        """Gives the words in `language`; anything but French is answered in English."""
        return self.fr if language == "fr" else self.en

    def within(self, language: str) -> str:
        """Gives the words as they stand within a sentence: with a small letter first. For words that begin with no name."""
        words = self.in_(language)
        return words[:1].lower() + words[1:]

    def format(self, language: str, **values: object) -> str:
        """Gives the words in `language` with its `{placeholders}` filled; raises KeyError for one that has no value."""
        return self.in_(language).format(**values)


Words = Mapping[str, Text]  # what the codes of one kind are called
