"""A bounded copy of what a notice said, for a person to read: without card data beyond brand and last four digits. Pure."""

import re
from typing import Any

import orjson

LONGEST, _LONGEST_TEXT, _DEEPEST, _MOST = 4_000, 500, 8, 100
CUT = "…"
# A card's number has twelve digits or more, however they are parted. What is no JSON says of no number what it is: three are too many.
_CARD_NUMBER = re.compile(r"(?:\d[ .\-/\u00a0]?){12,}")
_ANY_NUMBER = re.compile(r"\d{3,}")
# Of what describes a card, or another means of payment, only these two are kept.
_MEANS = {"card", "method", "paymentmethod", "paymentmethoddetails", "source", "instrument"}
_OF_MEANS = {"brand": 50, "last4": 4}
_NEVER = {
    *("pan", "cardnumber", "primaryaccountnumber", "cvc", "cvc2", "cvv", "cvv2", "cid", "csc", "securitycode", "pin"),
    *("expiry", "expirydate", "expirymonth", "expiryyear", "expiration", "expirationdate", "expmonth", "expyear"),
    *("track", "track1", "track2", "trackdata", "cardholder", "cardholdername", "nameoncard", "fingerprint"),
}


def clean(text: str, longest: int) -> str:
    """Gives a text that can be stored and shown: what nobody sees, NUL too, is a replacement sign; cut where it is too long."""
    shown = "".join(sign if sign.isprintable() or sign in "\n\t" else "\ufffd" for sign in text[: longest + 1])
    return shown if len(shown) <= longest else shown[: longest - 1] + CUT


def copy_of(body: bytes) -> str:
    """Gives what a notice said, in at most 4,000 signs."""
    try:
        said = orjson.loads(body)
    except ValueError:
        return _ANY_NUMBER.sub(CUT, clean(body.decode(errors="replace"), LONGEST))
    return clean(orjson.dumps(_plain(said, 0), option=orjson.OPT_INDENT_2).decode(), LONGEST)


def _plain(value: Any, depth: int) -> Any:
    match value:
        case None | bool():
            return value
        case int() | float():
            return CUT if _CARD_NUMBER.search(str(value)) else value
        case str():
            return _CARD_NUMBER.sub(CUT, clean(value, _LONGEST_TEXT))
        case _ if depth == _DEEPEST:
            return CUT
        case list():
            return [_plain(part, depth + 1) for part in value[:_MOST]] + [CUT] * (len(value) > _MOST)
    return {
        _plain(name, 0): _part(name, part, depth + 1) for name, part in list(value.items())[:_MOST] if _key(name) not in _NEVER
    }


def _part(name: str, value: Any, depth: int) -> Any:
    return _means(value, depth) if _key(name) in _MEANS and isinstance(value, dict | list) else _plain(value, depth)


def _means(value: Any, depth: int) -> Any:
    if isinstance(value, list):
        return CUT
    kept = {name: clean(value[name], most) for name, most in _OF_MEANS.items() if isinstance(value.get(name), str)}
    inner = (
        {}
        if depth == _DEEPEST
        else {name: _means(value[name], depth + 1) for name in _MEANS if isinstance(value.get(name), dict)}
    )
    return _plain(kept, depth) | inner


def _key(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum())
