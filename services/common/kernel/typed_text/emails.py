"""E-mail addresses, in the one form in which nobody can open a second account beside one's own."""

import unicodedata

from email_validator import EmailNotValidError, validate_email

from services.common.kernel.typed_text import signs
from services.common.kernel.typed_text.refused import Refused


def clean(text: str) -> str:
    """Gives the address: full-width letters as plain ones, the domain in small letters as IDNA maps it. Raises Refused."""
    line = signs.without_joiners(signs.one_line(text))
    if not line:
        return ""
    try:
        # Whether the domain takes mail is not looked up: only a mail that arrives shows that. `.test` is what tests and trials use.
        found = validate_email(unicodedata.normalize("NFKC", line), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise Refused("invalid_email") from None
    return found.normalized
