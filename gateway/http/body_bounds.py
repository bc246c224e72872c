"""How large a body may be: worked out from the fields of the contract that it is for, so that nobody can send much where little is due."""

from collections.abc import Iterable
from dataclasses import dataclass

from marshmallow import fields, validate

from services.common.kernel.contract import Call
from services.common.kernel.validation import MoneyField
from services.contracts.identity.shapes import LARGEST_PASSKEY

LARGEST_BODY = 1_000_000
# Room for spaces, and for fields that are not there: they are to be told as such.
_ROOM_BYTES, _ROOM_VALUES, _ROOM_DEPTH = 4_000, 50, 4
_SIGN_BYTES = 12  # a sign of the upper planes, as JSON may escape it
_PLAIN_SIGNS = 200  # of a field that says nothing of its length: a date, a number, a choice
# Of an object whose names the contract leaves open, such as a page of answers, unless its field says less (`largest_bytes`).
_OPEN_BYTES, _BYTES_OF_ONE, _OPEN_DEPTH = 300_000, 100, 8
_MOST_OF_ONE_LIST = 1_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """The most bytes, values (of any kind, at any depth) and levels that a JSON body may have."""

    bytes: int
    values: int
    depth: int


PASSKEY_BOUNDS = Bounds(LARGEST_PASSKEY, LARGEST_PASSKEY // _BYTES_OF_ONE, _OPEN_DEPTH)  # what a browser says for one


_KNOWN: dict[type[Call], Bounds] = {}


def bounds_of(contract: type[Call]) -> Bounds:
    """Gives the bounds of a contract's request: whatever the contract takes is within them."""
    if contract not in _KNOWN:
        _KNOWN[contract] = bounds_of_fields(contract.Request.schema().fields.items())
    return _KNOWN[contract]


def bounds_of_fields(named: Iterable[tuple[str, fields.Field]]) -> Bounds:
    """Gives the bounds of an object with these fields, and room for a few that it does not have."""
    whole = _of_object(named)
    return Bounds(min(whole.bytes + _ROOM_BYTES, LARGEST_BODY), whole.values + _ROOM_VALUES, whole.depth + _ROOM_DEPTH)


def _of_object(named: Iterable[tuple[str, fields.Field]]) -> Bounds:
    parts = [(len(name) * _SIGN_BYTES, _of_field(field)) for name, field in named]
    return Bounds(
        sum(name + part.bytes for name, part in parts) + 2,
        sum(part.values for _, part in parts) + 1,
        max((part.depth for _, part in parts), default=0) + 1,
    )


def _of_field(field: fields.Field) -> Bounds:
    if isinstance(field, fields.Nested):
        return _of_object(field.schema.fields.items())
    if isinstance(field, MoneyField):
        return Bounds(2 * _PLAIN_SIGNS * _SIGN_BYTES, 3, 2)
    if isinstance(field, fields.List):
        most, inner = _longest(field) or _MOST_OF_ONE_LIST, _of_field(field.inner)
        return Bounds(most * (inner.bytes + 4), most * inner.values + 1, inner.depth + 1)
    if isinstance(field, fields.Dict):
        largest = field.metadata.get("largest_bytes", _OPEN_BYTES)
        return Bounds(largest, largest // _BYTES_OF_ONE, _OPEN_DEPTH)
    return Bounds((_longest(field) or _PLAIN_SIGNS) * _SIGN_BYTES + 4, 1, 0)


def _longest(field: fields.Field) -> int | None:
    bounds = [
        validator.max for validator in field.validators if isinstance(validator, validate.Length) and validator.max is not None
    ]
    return min(bounds) if bounds else None
