"""What somebody looks for."""

from services.common.kernel.typed_text import signs


def clean(text: str) -> str:
    """Gives what is looked for as one line of signs that are seen. Nothing is refused: what has no such sign is found without it."""
    return signs.one_line(signs.harmless(" ".join(signs.lines_of(signs.seen(text))), instead=" "))
