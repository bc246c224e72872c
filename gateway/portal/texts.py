"""The portal's texts: English stands in templates and code, French in `locale/fr/LC_MESSAGES/portal.po`, compiled when first needed."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FRENCH = Path(__file__).parent / "locale" / "fr" / "LC_MESSAGES" / "portal.po"


def _(message: str) -> str:
    """Marks a text of code, which templates and `say` then give in the person's language."""
    return message


def _french() -> Catalog:
    with FRENCH.open("rb") as file:
        kept = read_po(file, locale="fr")
    for message in kept:
        string = message.string
        message.string = unbroken(string) if isinstance(string, str) else tuple(unbroken(one) for one in string or ())
    return kept


def unbroken(text: str) -> str:
    """Holds French signs to their words, so that no line begins with a colon or ends with a guillemet."""
    return text.replace(" :", "\u00a0:").replace("« ", "«\u00a0").replace(" »", "\u00a0»")


@cache
def catalogue(language: str) -> NullTranslations:
    """Gives the texts of a language; English ones are their own translations."""
    if language != "fr":
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, _french())
    compiled.seek(0)
    return GNUTranslations(compiled)


def say(language: str, message: str, /, **values: object) -> str:
    """Gives a marked text in a language, its `%(places)s` filled."""
    return catalogue(language).gettext(message) % values
