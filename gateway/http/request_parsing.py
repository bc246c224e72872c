"""Gathering a contract's request from path, query, body and headers, strictly: each field from its own place, none unknown."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields
from werkzeug.http import unquote_etag

from gateway.api.routing import Route
from gateway.http.errors import VersionRequired
from gateway.http.requests import Request
from services.common.kernel.errors import Invalid, NotFound, VersionMismatch

LANGUAGE = "language"
_DEEPEST = 32


def gather(route: Route, request: Request, path: Mapping[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """Gives the checked request of the route's contract.

    Raises Invalid naming each fault, NotFound if what the path names cannot exist, VersionRequired and VersionMismatch.
    """
    given: dict[str, Any] = dict(path)
    misplaced: list[str] = []
    for name, text in request.query.items():
        if name in route.query_fields:
            given[name] = from_text(route.request_fields[name], text)
        elif name != LANGUAGE:  # any address takes ?language=
            misplaced.append(name)
    for name, value in body.items():
        if name in route.body_fields:
            given[name] = value
        else:
            misplaced.append(name)
    unsound = [name for name, value in given.items() if not sound(value)]
    if unsound:
        raise Invalid(errors=[{"field": name, "code": "invalid"} for name in unsound])
    if route.if_match:
        given[route.if_match] = version_of(request.header("If-Match"))
    return _check(route, given, misplaced)


def _check(route: Route, given: dict[str, Any], misplaced: list[str]) -> dict[str, Any]:
    faults = [{"field": name, "code": "unknown"} for name in misplaced]
    try:
        checked = route.contract.check(given)
    except Invalid as error:
        faults = error.params["errors"] + faults
    if any(fault["field"] in route.path_fields for fault in faults if fault["code"] != "unknown"):
        raise NotFound()  # an address that no thing can have
    if faults:
        raise Invalid(errors=faults)
    return checked


def sound(value: Any) -> bool:
    """Says whether a JSON value can be kept: no NUL characters, which no database text holds, and nested at most 32 deep."""
    waiting = [(value, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > _DEEPEST or (isinstance(value, str) and "\0" in value):
            return False
        if isinstance(value, dict):
            waiting += [(part, depth + 1) for item in value.items() for part in item]
        elif isinstance(value, list):
            waiting += [(part, depth + 1) for part in value]
    return True


def from_text(field: fields.Field, text: str) -> Any:
    """Reads a query value as its field's JSON would be; what cannot be read is left for the contract to refuse."""
    if isinstance(field, fields.Integer) and text.removeprefix("-").isascii() and text.removeprefix("-").isdigit():
        return int(text[:19])
    if isinstance(field, fields.Boolean):
        return {"true": True, "false": False}.get(text, text)
    return text


def version_of(if_match: str | None) -> int:
    """Reads the version that an edit was made on; raises VersionRequired without one, VersionMismatch for one of another kind."""
    if not if_match or if_match.strip() == "*":
        raise VersionRequired()
    tag, weak = unquote_etag(if_match.strip())
    if weak or not tag or not tag.isascii() or not tag.isdigit() or len(tag) > 9:
        raise VersionMismatch()
    return int(tag)
