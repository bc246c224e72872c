"""The portal's texts: English stands in templates and code, French in `locale/fr/LC_MESSAGES/portal.po`, compiled when first needed."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FRENCH = Path(__file__).parent / "locale" / "fr" / "LC_MESSAGES" / "portal.po"


def _(message: str) -> str:
    """Marks a text of code, which templates and `say` then give in the person's language."""
    return message


@cache
def catalogue(language: str) -> NullTranslations:
    """Gives the texts of a language; English ones are their own translations."""
    if language != "fr":
        return NullTranslations()
    compiled = BytesIO()
    with FRENCH.open("rb") as file:
        write_mo(compiled, read_po(file, locale="fr"))
    compiled.seek(0)
    return GNUTranslations(compiled)


def say(language: str, message: str, /, **values: object) -> str:
    """Gives a marked text in a language, its `%(places)s` filled."""
    return catalogue(language).gettext(message) % values
