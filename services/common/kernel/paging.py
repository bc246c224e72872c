"""Cursor pages: a page tells where the next one begins, so that rows added meanwhile are neither skipped nor shown twice."""

import base64
import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import orjson

from services.common.kernel.errors import Invalid

LARGEST = 100
_LARGEST_NUMBER = 2**63


def write_cursor(*key: Any) -> str:
    """Writes the key of a page's last row as an opaque text."""
    return base64.urlsafe_b64encode(orjson.dumps(key, default=str)).decode().rstrip("=")


def read_cursor(cursor: str | None, *read: Callable[[Any], Any]) -> list[Any] | None:
    """Reads a cursor, each part that was written with its reader; nothing for the first page. Raises Invalid for anything else."""
    if not cursor:
        return None
    try:
        key = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(key, list):
            raise TypeError("a cursor is a list")
        return [reader(part) for reader, part in zip(read, key, strict=True)]
    except (AttributeError, OverflowError, TypeError, ValueError) as error:
        raise Invalid(errors=[{"field": "cursor", "code": "invalid"}]) from error


def an_instant(part: Any) -> str:
    """Reads an instant off a cursor."""
    return dt.datetime.fromisoformat(part).astimezone(dt.UTC).isoformat()


def a_day(part: Any) -> str:
    """Reads a day off a cursor."""
    return dt.date.fromisoformat(part).isoformat()


def a_number(part: Any) -> int:
    """Reads a whole number of at most 64 bits off a cursor."""
    if isinstance(part, bool) or not isinstance(part, int) or abs(part) >= _LARGEST_NUMBER:
        raise ValueError("not a number of 64 bits")
    return part


def a_text(part: Any) -> str:
    """Reads a text off a cursor."""
    if not isinstance(part, str) or "\0" in part:
        raise ValueError("not a text that the database holds")
    return part


def an_id(part: Any) -> UUID:
    """Reads an identifier off a cursor."""
    return UUID(part)
