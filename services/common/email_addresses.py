"""E-mail addresses: when two of them are the same."""

import unicodedata
from contextlib import suppress

from services.common.typed_text import emails
from services.common.typed_text.refused import Refused


def email_key(email: str) -> str:
    """Gives the form in which addresses are compared: case, unseen signs and ways of writing the same letter make no difference."""
    with suppress(Refused):  # what was kept from before addresses were cleaned is compared as it is
        email = emails.clean(email)
    return unicodedata.normalize("NFKC", email).strip().casefold()
