"""Addresses of our own, as they stand in links and redirects: never one that leads to another host."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

_NONE: Mapping[str, str] = {}


def at(path: str, query: Mapping[str, str] = _NONE) -> str:
    """Writes an address of ours with its query, whatever signs are in them; `//elsewhere.example` would be one of another host."""
    return quote("/" + path.lstrip("/")) + (f"?{urlencode(query)}" if query else "")
