"""Postal codes: Canada's in one form, other countries' as they are written there."""

import re

from services.common.kernel.typed_text import signs
from services.common.kernel.typed_text.refused import Refused

_HYPHENS = re.compile("[\u2010-\u2015\u2212]")
_CANADIAN = re.compile(r"([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])[ -]?(\d[ABCEGHJ-NPRSTV-Z]\d)", re.ASCII | re.IGNORECASE)
_FOREIGN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{1,11}")


def clean(text: str) -> str:
    """Gives a postal code of any country, Canada's as `M5G 2J5`. Raises Refused."""
    code = _plain(text)
    canadian = _CANADIAN.fullmatch(code)
    if canadian:
        return f"{canadian[1]} {canadian[2]}".upper()
    if code and not _FOREIGN.fullmatch(code):
        raise Refused("invalid_foreign_postal_code")
    return code


def clean_canadian(text: str) -> str:
    """Gives a Canadian postal code as `M5G 2J5`. Raises Refused for any other."""
    code = _plain(text)
    if code and not _CANADIAN.fullmatch(code):
        raise Refused("invalid_postal_code")
    return clean(code)


def _plain(text: str) -> str:
    return _HYPHENS.sub("-", signs.plain_digits(signs.without_joiners(signs.one_line(text))))
