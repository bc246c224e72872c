"""A text of several lines: reasons, notes, answers at length."""

from services.common.kernel.typed_text import signs


def clean(text: str) -> str:
    """Gives the text with one sign for each end of a line, without what nobody sees and without what is empty around it. Raises Refused."""
    return signs.several_lines(text)
