"""E-mail addresses: when two of them are the same."""

import unicodedata


def email_key(email: str) -> str:
    """Gives the form in which addresses are compared: case and ways of writing the same letter make no difference."""
    return unicodedata.normalize("NFKC", email).strip().casefold()
