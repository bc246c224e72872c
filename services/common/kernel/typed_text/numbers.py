"""Numbers as people of both languages write them: `1250`, `1 250`, `1,250`, `462,5`, `462.5`."""

import re
from decimal import Decimal

from services.common.kernel.typed_text import signs
from services.common.kernel.typed_text.refused import Refused

_LONGEST = 20
# Groups of three by spaces or apostrophes, or as in English by commas; then perhaps a part of one or two digits.
_WRITTEN = re.compile(r"(-?)(\d+|\d{1,3}(?:[ '’]\d{3})+|\d{1,3}(?:,\d{3})+)(?:[.,](\d{1,2}))?", re.ASCII)
_GROUPING = re.compile("[ '’,]")


def clean(text: str) -> str:
    """Gives a number as digits, with a point before its part if it has one: `1250`, `462.5`. Raises Refused.

    `1.250` could be either, and is refused; `1,250` is how English writes twelve hundred and fifty, and nobody a number with halves.
    """
    half = re.sub(" ?½$", ".5", signs.without_joiners(signs.one_line(text)))
    line = signs.plain_digits(half).replace("\u2212", "-")
    if not line:
        return ""
    found = _WRITTEN.fullmatch(line) if len(line) <= _LONGEST else None
    if not found:
        raise Refused("invalid_number")
    sign, whole, part = found.groups()
    return _plain(Decimal(f"{sign}{_GROUPING.sub('', whole)}.{part or '0'}"))


def read(text: str, halves: bool = False) -> int | float:
    """Gives the number: a whole one, or with `halves` one that ends in .5. Raises Refused for nothing and for any other."""
    written = clean(text)
    if not written:
        raise Refused("invalid_number")
    number = Decimal(written)
    if number == number.to_integral_value():
        return int(number)
    if halves and number * 2 == (number * 2).to_integral_value():
        return float(number)
    raise Refused("half_number" if halves else "whole_number")


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}" if number else "0"
