"""Responses: what a handler gives back, and how it becomes WSGI."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import chain
from typing import Any

import orjson
from werkzeug.http import unquote_etag

JSON = "application/json"
Headers = list[tuple[str, str]]


@dataclass(slots=True)
class Response:
    """A status, headers and a body; a body that is not a list of bytes is streamed, and closed when it was sent.

    `framed`: a page of ours shows it within itself.
    """

    status: int = 200
    body: Iterable[bytes] = ()
    headers: Headers = field(default_factory=list)
    framed: bool = False

    def begin(self) -> None:
        """Makes sure that it can be sent: its headers are sound and the first of its body is there. Raises UnsoundHeader, or as the body does.

        A server that is told of a fault only once it writes answers in words of its own, without our headers.
        """
        if not sound(self.headers):
            raise UnsoundHeader()
        if type(self.body) is not list:
            self.body = _Begun(self.body)

    def send(self, start_response: Callable[..., Any], bodyless: bool) -> Iterable[bytes]:
        """Writes the response; `bodyless` for an answer to HEAD."""
        start_response(f"{self.status} {HTTPStatus(self.status).phrase}", self.headers)
        if not bodyless:
            return self.body
        close = getattr(self.body, "close", None)
        if close:
            close()
        return []


class UnsoundHeader(ValueError):
    """A header holds what no header may, such as the end of its line: whoever wrote it put in what came from outside."""


class _Begun:
    """A streamed body of which the first piece is read already."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self._body, self._rest = body, iter(body)
        try:
            self._first = next(self._rest, b"")
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        yield self._first
        yield from self._rest

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        if close:
            close()


def sound(headers: Headers) -> bool:
    """Says whether headers are of signs that a header may have, and none ends its line."""
    written = "".join(chain.from_iterable(headers))
    return written.isascii() and not ("\n" in written or "\r" in written or "\0" in written)


def of_bytes(content: bytes, content_type: str, status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """Makes a response of a body that is all there."""
    return Response(status, [content], [("Content-Type", content_type), ("Content-Length", str(len(content))), *headers])


def of_json(value: Any, status: int = 200, headers: Iterable[tuple[str, str]] = (), content_type: str = JSON) -> Response:
    """Makes a JSON response."""
    return of_bytes(orjson.dumps(value), content_type, status, headers)


def no_content(headers: Iterable[tuple[str, str]] = ()) -> Response:
    """Says that it was done and there is nothing to say."""
    return Response(204, [], [*headers])


def not_modified(headers: Iterable[tuple[str, str]]) -> Response:
    """Says that the client has the present version already."""
    return Response(304, [], [*headers])


def quoted(tag: str) -> str:
    """Writes an entity tag as the ETag header does."""
    return f'"{tag}"'


def matches(if_none_match: str | None, tag: str) -> bool:
    """Says whether If-None-Match names `tag` (weak comparison), so that the body need not be sent again."""
    if not if_none_match:
        return False
    named = [unquote_etag(entry.strip())[0] for entry in if_none_match.split(",")]
    return tag in named or if_none_match.strip() == "*"
