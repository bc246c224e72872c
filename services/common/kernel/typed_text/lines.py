"""A line of text: an address, a title, a reference that somebody types off a paper."""

from services.common.kernel.typed_text import signs


def clean(text: str) -> str:
    """Gives the line with single plain spaces and without what nobody sees. Raises Refused for several lines and for bad signs."""
    return signs.one_line(text)
