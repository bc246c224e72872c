"""The five ways in which a route is answered. Each reads the request, asks the route's contract and writes the answer."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import orjson

from gateway.api.oauth import token
from gateway.api.routing import Kind, Route, Tag
from gateway.context import Context
from gateway.http.cookies import identify
from gateway.http.downloads import download
from gateway.http.request_body import read_all, read_json
from gateway.http.request_parsing import gather
from gateway.http.responses import JSON, Response, matches, no_content, not_modified, of_bytes, quoted
from gateway.http.uploads import receive_from
from services.common.kernel.errors import Forbidden, Invalid
from services.contracts.applications.shapes import StoredFile
from services.contracts.billing.payments import LARGEST_NOTICE

Handler = Callable[[Context, Route], Response]


def answer(context: Context, route: Route) -> Response:
    """Answers a request on a route; raises ServiceError. Who may not call is refused before the body is read."""
    # What anyone may ask needs no token, not even to have a stale one looked at, unless it shows more to some.
    public = route.contract.access.public
    if not public or route.contract.views:
        identify(context.settings, context.services.verifier, context.request, optional=public)
    if route.rate:
        context.services.limits.take(route.rate, context.request.address)
    try:
        route.contract.access.check(context.caller)
    except Forbidden:
        context.services.leave_trace(route.contract, context.request)
        raise
    return _HANDLERS[route.kind](context, route)


def _json(context: Context, route: Route) -> Response:
    body = read_json(context.request, route.bounds, context.settings.slowest_json_s)
    return _written(context, route, gather(route, context.request, context.path, body))


def _upload(context: Context, route: Route) -> Response:
    context.request.idempotency_key()  # a malformed one is refused before a large body is read
    form = receive_from(context)
    if claimed := form.fields.keys() & form.stored.keys():
        raise Invalid(errors=[{"field": name, "code": "unknown"} for name in sorted(claimed)])
    values = gather(route, context.request, context.path, {**form.fields, **form.stored})
    return _written(context, route, values)


def _download(context: Context, route: Route) -> Response:
    stored = context.services.ask(route.contract, context.request, gather(route, context.request, context.path, {}))
    if not isinstance(stored, StoredFile):
        raise TypeError(f"{route.path} is for downloads, and does not ask where a file is stored")
    return download(context.services.files, stored, context.request)


def _webhook(context: Context, route: Route) -> Response:
    body = read_all(context.request, LARGEST_NOTICE, context.settings.slowest_json_s)
    signature = context.request.header("Payment-Signature") or ""
    values = gather(route, context.request, context.path, _carried(body) | {"signature": signature})
    return _written(context, route, values)


def _carried(body: bytes) -> dict[str, str]:
    # Whether what is no text is the provider's all the same, its signature says.
    try:
        if b"\0" not in body:
            return {"notice": body.decode()}
    except UnicodeDecodeError:
        pass
    return {"notice": base64.b64encode(body).decode(), "encoding": "base64"}


def _written(context: Context, route: Route, values: dict[str, Any]) -> Response:
    """Asks the route's contract and writes what it answers."""
    request = context.request
    reply = route.contract.write_reply(context.services.ask(route.contract, request, values), context.caller)
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
