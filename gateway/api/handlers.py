"""The five ways in which a route is answered. Each reads the request, asks the route's contract and writes the answer."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from gateway.api.oauth import token
from gateway.api.routing import Kind, Route, Tag
from gateway.http.cookies import identify
from gateway.http.downloads import download
from gateway.http.request_body import read_all, read_json
from gateway.http.request_parsing import gather
from gateway.http.requests import Request
from gateway.http.responses import JSON, Response, matches, no_content, not_modified, of_bytes, quoted
from gateway.http.uploads import receive_from
from gateway.services import Edge
from services.common.kernel.errors import Forbidden, Invalid
from services.contracts.billing.payments import LARGEST_NOTICE

Handler = Callable[[Edge, Route, Request, Mapping[str, str]], Response]


def answer(edge: Edge, route: Route, request: Request, path: Mapping[str, str]) -> Response:
    """Answers a request on a route; raises ServiceError. Who may not call is refused before the body is read."""
    # What anyone may ask needs no token, not even to have a stale one looked at, unless it shows more to some.
    public = route.contract.access.public
    if not public or route.contract.views:
        identify(edge.settings, edge.verifier, request, optional=public)
    if route.rate:
        edge.limits.take(route.rate, request.address)
    try:
        route.contract.access.check(request.caller)
    except Forbidden:
        edge.leave_trace(route.contract, request)
        raise
    return _HANDLERS[route.kind](edge, route, request, path)


def _json(edge: Edge, route: Route, request: Request, path: Mapping[str, str]) -> Response:
    settings = edge.settings
    body = read_json(request, route.bounds, settings.slowest_json_s)
    reply = edge.ask(route.contract, request, gather(route, request, path, body))
    return _written(route, request, route.contract.write_reply(reply, request.caller))


def _upload(edge: Edge, route: Route, request: Request, path: Mapping[str, str]) -> Response:
    request.idempotency_key()  # a malformed one is refused before a large body is read
    form = receive_from(edge, request)
    if claimed := form.fields.keys() & form.stored.keys():
        raise Invalid(errors=[{"field": name, "code": "unknown"} for name in sorted(claimed)])
    values = gather(route, request, path, {**form.fields, **form.stored})
    return _written(route, request, route.contract.write_reply(edge.ask(route.contract, request, values), request.caller))


def _download(edge: Edge, route: Route, request: Request, path: Mapping[str, str]) -> Response:
    stored = edge.ask(route.contract, request, gather(route, request, path, {}))
    return download(edge.files, stored, request)


def _webhook(edge: Edge, route: Route, request: Request, path: Mapping[str, str]) -> Response:
    body = read_all(request, LARGEST_NOTICE, edge.settings.slowest_json_s)
    signature = request.header("Payment-Signature") or ""
    values = gather(route, request, path, _carried(body) | {"signature": signature})
    return _written(route, request, route.contract.write_reply(edge.ask(route.contract, request, values), request.caller))


def _carried(body: bytes) -> dict[str, str]:
    # Whether what is no text is the provider's all the same, its signature says.
    try:
        if b"\0" not in body:
            return {"notice": body.decode()}
    except UnicodeDecodeError:
        pass
    return {"notice": base64.b64encode(body).decode(), "encoding": "base64"}


def _written(route: Route, request: Request, reply: dict[str, Any]) -> Response:
    headers = [("Cache-Control", route.cache_control)]
    if route.location:
        headers.append(("Location", route.location.format(**reply)))
    if route.status == 204:
        return no_content(headers)
    content = orjson.dumps(reply)
    if route.tag:
        tag = str(reply["version"]) if route.tag is Tag.VERSION else hashlib.sha256(content).hexdigest()[:32]
        headers.append(("ETag", quoted(tag)))
        if request.method in {"GET", "HEAD"} and matches(request.header("If-None-Match"), tag):
            return not_modified(headers)
    return of_bytes(content, JSON, route.status, headers)


_HANDLERS: dict[Kind, Handler] = {
    Kind.JSON: _json,
    Kind.UPLOAD: _upload,
    Kind.DOWNLOAD: _download,
    Kind.WEBHOOK: _webhook,
    Kind.FORM: token,
}
