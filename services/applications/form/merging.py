"""Two people, or two windows, at one page of the form: what each changed since it was read, told by a tag of each field (P59). Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from services.contracts.college import Page

_LONG_ENOUGH = 16


def tag(value: Any) -> str:
    """Gives what tells one answer from another, as an ETag does; the same for an answer that was not given, however that is written.

    Tags go to the page and come back with it, instead of the values: a page with long texts does not get longer by them.
    """
    written = json.dumps(None if value in ("", []) else value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:_LONG_ENOUGH]


def tags(page: Page, values: Mapping[str, Any]) -> dict[str, str]:
    """Gives the tag of each field of a page."""
    return {field.code: tag(values.get(field.code)) for field in page.fields}


def three_way(
    codes: Iterable[str], read: Mapping[str, str], mine: Mapping[str, Any], saved: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    """Gives what a page holds with both sides' changes since it was read, and the fields that both sides changed, each otherwise.

    A field whose tag is not known counts as changed on both sides. Fields other than `codes` stay as they are saved.
    """
    merged, both = dict(saved), []
    for code in codes:
        base, own, other = read.get(code), tag(mine.get(code)), tag(saved.get(code))
        if own in (other, base):
            continue  # the same on both sides, or changed elsewhere only
        if other != base:
            both.append(code)
        _put(merged, code, mine.get(code))
    return merged, both


def differing(codes: Iterable[str], mine: Mapping[str, Any], saved: Mapping[str, Any]) -> list[str]:
    """Gives the fields whose answers are not the same."""
    return [code for code in codes if tag(mine.get(code)) != tag(saved.get(code))]


def _put(values: dict[str, Any], code: str, value: Any) -> None:
    if value is None:
        values.pop(code, None)
    else:
        values[code] = value
