"""Reading a request's body, bounded in size and time."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

import eventlet
import orjson
from werkzeug.http import parse_options_header

from gateway.http.body_bounds import Bounds
from gateway.http.errors import BodyTooLarge, BodyTooSlow, MalformedBody, TooManyValues, UnsupportedMediaType
from gateway.http.requests import Request
from services.common.kernel.errors import Invalid

CHUNK = 65_536
_QUOTED, _BRACKET = re.compile(rb'"[^"]*"?'), re.compile(rb"[\[\]{}]")


def content_type(request: Request) -> tuple[str, dict[str, str]]:
    """Gives the body's content type, in lower case, and its parameters."""
    value, options = parse_options_header(request.environ.get("CONTENT_TYPE") or "")
    return value.lower(), options


@contextmanager
def arriving(within_s: float) -> Iterator[None]:
    """Bounds the time in which a body arrives; raises BodyTooSlow, or MalformedBody when the client is gone or sends nonsense."""
    try:
        with eventlet.Timeout(within_s, TimeoutError("the body did not arrive in time")):
            yield
    except TimeoutError as error:
        raise BodyTooSlow() from error
    except (OSError, ValueError) as error:
        raise MalformedBody() from error


def read_all(request: Request, limit: int, within_s: float) -> bytes:
    """Reads a body of at most `limit` bytes; raises BodyTooLarge, BodyTooSlow, or MalformedBody if it ends too early."""
    length = request.content_length
    if length is not None and length > limit:
        raise BodyTooLarge(limit_kb=limit // 1000)
    with arriving(within_s):
        body: bytes = request.environ["wsgi.input"].read(limit + 1)
    if len(body) > limit:
        raise BodyTooLarge(limit_kb=limit // 1000)
    if length is not None and len(body) < length:
        raise MalformedBody()
    return body


def read_json(request: Request, bounds: Bounds, within_s: float) -> dict[str, Any]:
    """Reads a JSON object; no body at all is an empty one. Raises as `read_all` does, UnsupportedMediaType, TooManyValues and Invalid."""
    if request.content_length == 0:
        return {}
    if content_type(request)[0] != "application/json":
        raise UnsupportedMediaType(expected="application/json")
    value = parse_json(read_all(request, bounds.bytes, within_s), bounds)
    if not isinstance(value, dict):
        raise Invalid(errors=[{"field": "", "code": "type"}])
    return value


def parse_json(text: bytes, bounds: Bounds) -> Any:
    """Reads JSON that has no more values and levels than `bounds` says; raises TooManyValues before they are made, MalformedBody."""
    # Most texts have so few signs that may begin a value, in whatever place, that they need no closer look.
    openers = text.count(b"[") + text.count(b"{")
    if openers > bounds.depth or openers + text.count(b",") >= bounds.values:
        _look_closer(text, bounds)
    try:
        return orjson.loads(text)  # strict: refuses NaN, Infinity and text that is not UTF-8
    except orjson.JSONDecodeError as error:
        raise MalformedBody() from error


def parse_form(text: str, most: int) -> list[tuple[str, str]]:
    """Reads the fields of a form or a query, in their order; raises TooManyValues if there are more than `most`."""
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=most)
    except ValueError as error:
        raise TooManyValues() from error


def _look_closer(text: bytes, bounds: Bounds) -> None:
    bare = text.replace(rb"\\", b"").replace(rb"\"", b"")
    if bare.count(b'"') > 4 * bounds.values:  # two for a name and two for its value
        raise TooManyValues()
    outside = _QUOTED.sub(b"", bare)
    if outside.count(b"[") + outside.count(b"{") + outside.count(b",") >= bounds.values:
        raise TooManyValues()
    depth = 0
    for sign in _BRACKET.findall(outside):
        depth += 1 if sign in b"[{" else -1
        if depth > bounds.depth:
            raise TooManyValues()
