"""Cursor pages: a page tells where the next one begins, so that rows added meanwhile are neither skipped nor shown twice."""

import base64
import binascii
from typing import Any

import orjson

from services.common.kernel.errors import Invalid

LARGEST = 100


def write_cursor(*key: Any) -> str:
    """Writes the key of a page's last row as an opaque text."""
    return base64.urlsafe_b64encode(orjson.dumps(key, default=str)).decode().rstrip("=")


def read_cursor(cursor: str | None, parts: int) -> list[Any] | None:
    """Reads a cursor of as many parts as were written; nothing for the first page; raises Invalid for anything else."""
    if not cursor:
        return None
    try:
        key = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise Invalid(errors=[{"field": "cursor", "code": "invalid"}]) from error
    if not isinstance(key, list) or len(key) != parts:
        raise Invalid(errors=[{"field": "cursor", "code": "invalid"}])
    return key
