"""Identifiers of rows and messages."""

import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

__all__ = ["UUID", "id_as_of", "new_id"]

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def new_id() -> UUID:
    """Makes a UUIDv7: unique without asking anyone, and in the order of its making, so that indexes stay compact."""
    return uuid7()


def id_as_of(instant: datetime) -> UUID:
    """Makes a UUIDv7 that stands among the others where one made at `instant` would: for rows in the order in which things happened.

    The twelve bits after the milliseconds hold their fraction (RFC 9562, 6.2, method 3).
    """
    milliseconds, microseconds = divmod((instant - _EPOCH) // _MICROSECOND, 1000)
    fraction = microseconds * 4096 // 1000
    return UUID(int=milliseconds << 80 | 7 << 76 | fraction << 64 | 0b10 << 62 | secrets.randbits(62))
