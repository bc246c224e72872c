"""The names that people's files have."""

from services.common.kernel.typed_text import signs


def clean(text: str) -> str:
    """Gives the name without what is not seen or not sound: a program put it there, so nobody is told and nothing is refused."""
    return signs.one_line(signs.harmless(" ".join(signs.lines_of(signs.seen(text)))))
