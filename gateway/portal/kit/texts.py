"""The portal's texts: English stands in templates and code, French in `locale/fr/LC_MESSAGES/portal.po`, compiled when first needed."""

import re
from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from services.common.kernel.text import Text, unbroken

_PLACE = re.compile(r"%(?:%|\((\w+)\)s)")
FRENCH = Path(__file__).parents[1] / "locale" / "fr" / "LC_MESSAGES" / "portal.po"


def _(message: str) -> str:
    """Marks a text of code, which templates and `say` then give in the person's language."""
    return message


def _french() -> Catalog:
    with FRENCH.open("rb") as file:
        kept = read_po(file, locale="fr")
    for message in kept:
        string = message.string
        message.string = unbroken(string) if isinstance(string, str) else tuple(unbroken(part) for part in string or ())
    return kept


@cache
def catalogue(language: str) -> NullTranslations:
    """Gives the texts of a language; English ones are their own translations."""
    if language != "fr":
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, _french())
    compiled.seek(0)
    return GNUTranslations(compiled)


class Verbatim(str):
    """A text that is in the person's language already, such as a label of the college's form: it is said as it is, with all its signs."""


def say(language: str, message: str | Text, /, **values: object) -> str:
    """Gives a marked text, or words of a contract, in a language, its `%(places)s` filled; raises KeyError for a place without a value."""
    if isinstance(message, Text):
        return message.in_(language)
    return message if isinstance(message, Verbatim) else filled(catalogue(language).gettext(message), values)


def filled(text: str, values: Mapping[str, object]) -> str:
    """Puts values into the `%(places)s` of a text. Any other sign stands for itself, so that no text is ever a format of widths and kinds."""
    if "%" not in text:
        return text
    return _PLACE.sub(lambda place: str(values[place[1]]) if place[1] else "%", text)
