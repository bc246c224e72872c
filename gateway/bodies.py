"""Reading a request's body, bounded in size and time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import eventlet
import orjson
from werkzeug.http import parse_options_header

from gateway.errors import BodyTooLarge, BodyTooSlow, MalformedBody, UnsupportedMediaType
from gateway.requests import Request
from services.common.errors import Invalid

CHUNK = 65_536


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
        body = request.environ["wsgi.input"].read(limit + 1)
    if len(body) > limit:
        raise BodyTooLarge(limit_kb=limit // 1000)
    if length is not None and len(body) < length:
        raise MalformedBody()
    return body


def read_json(request: Request, limit: int, within_s: float) -> dict[str, Any]:
    """Reads a JSON object; no body at all is an empty one. Raises as `read_all` does, UnsupportedMediaType and Invalid."""
    if request.content_length == 0:
        return {}
    if content_type(request)[0] != "application/json":
        raise UnsupportedMediaType(expected="application/json")
    body = read_all(request, limit, within_s)
    try:
        value = orjson.loads(body)  # strict: refuses NaN, Infinity and text that is not UTF-8
    except orjson.JSONDecodeError as error:
        raise MalformedBody() from error
    if not isinstance(value, dict):
        raise Invalid(errors=[{"field": "", "code": "type"}])
    return value
