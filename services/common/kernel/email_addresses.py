"""E-mail addresses: when two of them are the same."""

import unicodedata
from collections.abc import Collection
from contextlib import suppress

from services.common.kernel.typed_text import emails
from services.common.kernel.typed_text.refused import Refused


def email_key(email: str) -> str:
    """Gives the form in which addresses are compared: case, unseen signs and ways of writing the same letter make no difference."""
    with suppress(Refused):  # what was kept from before addresses were cleaned is compared as it is
        email = emails.clean(email)
    return unicodedata.normalize("NFKC", email).strip().casefold()


def meant(typed: str, found: Collection[str]) -> str | None:
    """Gives which of the addresses that begin as somebody typed is meant: the one that was typed whole, or the only one."""
    whole = [address for address in found if email_key(address) == email_key(typed)] or [*found]
    return whole[0] if len(whole) == 1 else None
