"""The API's documentation: the OpenAPI document, and the same as a readable page."""

import hashlib
from functools import lru_cache
from typing import Any

import orjson

from gateway.api.openapi import build
from gateway.api.openapi_problems import errors_of
from gateway.api.routes import ROUTES
from gateway.api.routing import PREFIX
from gateway.context import Context
from gateway.http import errors as edge_errors
from gateway.http.responses import JSON, Response, matches, not_modified, of_bytes, quoted
from gateway.portal.kit.page import render
from gateway.portal.kit.portal_page import PortalPage
from gateway.services import Services
from services.common.kernel.errors import ServiceError


@lru_cache(maxsize=4)
def document(title: str, public_url: str) -> dict[str, Any]:
    """Gives the OpenAPI document, built once."""
    return build(title, public_url)


@lru_cache(maxsize=4)
def _written(title: str, public_url: str) -> tuple[bytes, str]:
    content = orjson.dumps(document(title, public_url))
    return content, hashlib.sha256(content).hexdigest()[:32]


def _title(services: Services) -> str:
    return f"{services.college.short_name.en} registration API"


def openapi_json(context: Context) -> Response:
    """Gives the OpenAPI document."""
    content, tag = _written(_title(context.services), context.settings.public_url)
    headers = [("ETag", quoted(tag)), ("Cache-Control", "public, max-age=300")]
    if matches(context.request.header("If-None-Match"), tag):
        return not_modified(headers)
    return of_bytes(content, JSON, 200, headers)


def docs(context: Context) -> Response:
    """Shows every operation and every problem on one page, without scripts."""
    described = document(_title(context.services), context.settings.public_url)
    operations = [
        (path, method.upper(), operation) for path, methods in described["paths"].items() for method, operation in methods.items()
    ]
    return render(context, "docs.html", tags=described["tags"], operations=operations, problems=_problems())


def _problems() -> list[type[ServiceError]]:
    # Also what no route tells: each problem's `type` leads to its place here.
    ours = [kind for kind in vars(edge_errors).values() if isinstance(kind, type) and issubclass(kind, ServiceError)]
    known = {error.code: error for error in (*ours, *(error for route in ROUTES for error in errors_of(route)))}
    return [known[code] for code in sorted(known)]


OPENAPI_PAGES = {
    ("GET", PREFIX + "/openapi.json"): openapi_json,
    ("GET", PREFIX + "/docs"): PortalPage(PREFIX + "/docs", docs).answer,
}
