"""Responses: what a handler gives back, and how it becomes WSGI."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
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

    def send(self, start_response: Callable[..., Any], bodyless: bool) -> Iterable[bytes]:
        """Writes the response; `bodyless` for an answer to HEAD."""
        start_response(f"{self.status} {HTTPStatus(self.status).phrase}", self.headers)
        if not bodyless:
            return self.body
        close = getattr(self.body, "close", None)
        if close:
            close()
        return []


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
    named = [unquote_etag(one.strip())[0] for one in if_none_match.split(",")]
    return tag in named or if_none_match.strip() == "*"
