"""Text that is safe on a terminal: what an applicant typed must not move the cursor, change colours or turn the reading direction."""

import unicodedata

_CONTROLS = ("Cc", "Cf", "Cs", "Co", "Cn")


def plain(text: str) -> str:
    """Gives the text with every control character but line breaks shown as `�`."""
    spaced = text.replace("\r\n", "\n").replace("\t", "    ")
    return "".join("�" if unicodedata.category(char) in _CONTROLS and char != "\n" else char for char in spaced)
