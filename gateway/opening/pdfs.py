"""Whether a PDF can be opened by whoever will read it: whole, without a password, with at least one page.

pypdf and not qpdf's library: it is locked already (our own papers are sealed and checked with it), and written in Python, where a broken file
can take time and memory but not the process over; both are bounded. A PDF that any reader repairs by itself is repaired here too.
"""

import os
from collections.abc import Iterator
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

from gateway.opening import Found, Verdict

# What some programs write after the end does not count, up to so many bytes.
_TAIL = 8192
_MOST_NODES = 50_000


def check(file: BinaryIO, _media_type: str) -> None:
    """Raises Found for what keeps people from reading it, and whatever pypdf raises for what it cannot read."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL))
    if b"%%EOF" not in file.read():
        raise Found(Verdict.DAMAGED)
    reader = PdfReader(file, strict=False)
    # An owner's password restricts printing and the like; the empty user's password opens the file, as in any reader.
    if reader.is_encrypted and not _opens(reader):
        raise Found(Verdict.PASSWORD)
    pages = 0
    for page in _pages(reader):
        _look_at(page)
        pages += 1
    if not pages:
        raise Found(Verdict.NO_PAGE)


def _opens(reader: PdfReader) -> bool:
    try:
        return bool(reader.decrypt(""))
    except NotImplementedError:  # opened with a certificate, or by a program of its own
        return False


def _pages(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Walks the tree of pages, however deep it is; a part that is missing or met twice is a fault."""
    waiting: list[Any] = [reader.trailer["/Root"].get_object()["/Pages"]]  # type: ignore[index]
    seen: set[tuple[int, int]] = set()
    while waiting:
        node = waiting.pop()
        if (number := getattr(node, "idnum", None)) is not None:
            if (key := (number, node.generation)) in seen or len(seen) >= _MOST_NODES:
                raise Found(Verdict.DAMAGED)
            seen.add(key)
        node = node.get_object()
        if not isinstance(node, DictionaryObject):
            raise Found(Verdict.DAMAGED)
        if "/Kids" in node:
            waiting.extend(reversed(node["/Kids"].get_object()))  # type: ignore[call-overload]
        elif node.get("/Type") == "/Page" or "/Contents" in node:
            yield node


def _look_at(page: DictionaryObject) -> None:
    """What is on a page is there: its contents and its pictures. A file that lost some and was repaired is not whole."""
    contents = page.get("/Contents")
    if contents is not None:
        contents = contents.get_object()
        for part in contents if isinstance(contents, ArrayObject) else [contents]:
            _must_be_stream(part)
    resources: Any = page.get("/Resources", DictionaryObject()).get_object()
    for drawn in resources.get("/XObject", DictionaryObject()).get_object().values():
        _must_be_stream(drawn)


def _must_be_stream(part: Any) -> None:
    if not isinstance(part.get_object(), StreamObject):
        raise Found(Verdict.DAMAGED)
