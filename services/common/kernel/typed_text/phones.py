"""Telephone numbers: those of North America without a country code, all others with one, and what a switchboard is asked for after an x."""

import re

import phonenumbers

from services.common.kernel.typed_text import signs
from services.common.kernel.typed_text.refused import Refused

HOME = "CA"
_HYPHENS = re.compile("[\u2010-\u2015\u2212\ufe63\uff0d]")
_EXTENSION = re.compile(r"[ ,;]*(?:extension|ext|poste|x|#|;ext=)[.: ]*([0-9]{1,7})", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[0-9 ().\-/]+")


def clean(text: str) -> str:
    """Gives the number in one form: `416 555-0123`, `416 555-0123 x12`, `+33 1 23 45 67 89`. Raises Refused.

    The country code of North America may be there or not; no number is looked up, only counted.
    """
    plain = _HYPHENS.sub("-", signs.plain_digits(signs.without_joiners(signs.one_line(text))))
    if not plain:
        return ""
    found = _EXTENSION.search(plain)
    number, extension = (plain[: found.start()], found[1]) if found and found.end() == len(plain) else (plain, "")
    return _written(number) + (f" x{extension}" if extension else "")


def _written(number: str) -> str:
    if not _NUMBER.fullmatch(number):
        raise Refused("invalid_phone")
    try:
        parsed = phonenumbers.parse(number, HOME)
    except phonenumbers.NumberParseException:
        raise Refused("invalid_phone") from None
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise Refused("invalid_phone")
    if parsed.country_code == phonenumbers.country_code_for_region(HOME):
        digits = phonenumbers.national_significant_number(parsed)
        return f"{digits[:3]} {digits[3:6]}-{digits[6:]}"
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
