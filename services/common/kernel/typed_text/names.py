"""The names of people, of what is called after them, and of what they call something."""

import re

from services.common.kernel.typed_text import signs
from services.common.kernel.typed_text.refused import Refused

_HYPHENS = re.compile("[\u2010\u2011]")  # of which people type neither: they come by pasting


def clean(text: str) -> str:
    """Gives the name with single plain spaces and plain hyphens; a name has a letter. Raises Refused."""
    name = _HYPHENS.sub("-", signs.one_line(text))
    if name and not any(sign.isalpha() for sign in name):
        raise Refused("no_letter")
    return name


def joined(*names: str | None) -> str:
    """Gives a person's names in their order, as one: whoever has only one has no space, comma or blank beside it."""
    return " ".join(name for name in names if name)
