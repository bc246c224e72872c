"""The WSGI application: finds the route, lets its handler answer, turns errors into problems, writes one log line a request."""

import time
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from werkzeug.exceptions import MethodNotAllowed as WrongMethod
from werkzeug.exceptions import NotFound as NoRoute
from werkzeug.routing import Map, RequestRedirect, Rule

from gateway import metrics
from gateway.api import handlers
from gateway.api.cookie_sessions import COOKIE_ROUTES, SESSION_PREFIX
from gateway.api.openapi_pages import OPENAPI_PAGES
from gateway.api.routes import ROUTES
from gateway.api.routing import PREFIX, Route
from gateway.api.well_known import WELL_KNOWN
from gateway.context import Context, View
from gateway.http import problems
from gateway.http.addresses import at
from gateway.http.cookies import SAFE, name_of
from gateway.http.errors import Busy, InternalError, MethodNotAllowed, NoSuchAddress
from gateway.http.requests import LANGUAGE_COOKIE, Request
from gateway.http.responses import Response, no_content, of_json, sound
from gateway.http.security_headers import API_POLICY, FRAMED_POLICY, PAGE_POLICY, security_headers
from gateway.portal.kit.page import bare_error_page, error_page, redirect
from gateway.portal.routes import PORTAL
from gateway.services import Services
from services.common.kernel.errors import ServiceError
from services.common.observability import spans, traces
from services.common.observability.logs import bind_contextvars, clear_contextvars, get_logger
from services.common.runtime import health

StartResponse = Callable[..., Any]
KNOWN_ADDRESSES = 2048
_MOVED, _MOVED_WITH_BODY = 301, 308
_QUERY_SIGNS = "!$%&'()*+,-./:;=?@_~"
log = get_logger("http")


class Application:
    """The gateway as a WSGI application. `faults` tells what keeps this process from working."""

    def __init__(self, services: Services, faults: Callable[[], list[str]]) -> None:
        self._services, self._faults = services, faults
        self._under_way = 0
        # Searching costs as much as reading the whole head of a request; what was found for an address stays so.
        self._match = lru_cache(KNOWN_ADDRESSES)(addresses().bind("").match)
        self._language_cookie = name_of(LANGUAGE_COOKIE, services.settings.public_url)
        behind_tls = services.settings.behind_tls
        self._api_headers = security_headers(API_POLICY, behind_tls)
        self._page_headers = security_headers(PAGE_POLICY, behind_tls)
        self._framed_headers = security_headers(FRAMED_POLICY, behind_tls)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answers one request."""
        with traces.span("HTTP", "server", spans.ROOT) as span:
            return self._serve(environ, start_response, span)

    def _serve(self, environ: dict[str, Any], start_response: StartResponse, span: spans.Span) -> Iterable[bytes]:
        began = time.perf_counter()
        request = Request(environ, self._services.settings.trust_forwarded, self._language_cookie)
        clear_contextvars()  # the greenlet may have served another request on this connection
        bind_contextvars(correlation_id=request.correlation_id)
        self._under_way += 1
        metrics.UNDER_WAY.inc()
        try:
            response = self._answer(request)
            response.headers.extend(request.carried.headers)
            response.begin()
            self._finish(request, response)
        except Exception:
            # The answer could not be made, nor the one that says so. Whoever asked gets one with all that each of ours has.
            log.exception("unanswered", route=request.route, method=request.method)
            response = self._last_resort(request)
        finally:
            self._under_way -= 1
            metrics.UNDER_WAY.dec()
        took_s = time.perf_counter() - began
        span.rename(f"{request.method} {request.route}")
        span.tell(status=response.status, correlation_id=request.correlation_id)
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            span.fail(str(response.status))
        metrics.answered(request.method, request.route, response.status, took_s)
        log.info(
            "request",
            method=request.method,
            route=request.route,
            status=response.status,
            ms=round(took_s * 1000, 1),
            calls=request.calls,
            rounds=request.rounds,
        )
        return response.send(start_response, bodyless=request.method == "HEAD")

    def _answer(self, request: Request) -> Response:
        if request.path in {"/healthz", "/readyz"}:
            return self._health(request)
        try:
            if self._under_way > self._services.settings.most_requests:
                raise Busy()
            return self._dispatch(request)
        except ServiceError as error:
            if error.status >= 500:
                log.warning("answered-with-error", code=error.code, route=request.route, params=error.params)
            return self._refusal(error, request)
        except Exception:
            log.exception("unexpected", route=request.route, method=request.method)
            return self._refusal(InternalError(), request)

    def _dispatch(self, request: Request) -> Response:
        try:
            rule, path = self._match(request.path, request.method, return_rule=True)
        except (NoRoute, RequestRedirect) as error:
            request.route = "none"
            if (onward := self._without_slash(request)) is not None:
                return onward
            raise NoSuchAddress() from error
        except WrongMethod as error:
            request.route = "none"
            allowed = ", ".join(sorted({*(error.valid_methods or ()), "OPTIONS"}))
            if request.method == "OPTIONS":
                return no_content([("Allow", allowed)])
            raise MethodNotAllowed(allowed=allowed) from error
        request.route = rule.rule
        if request.refusal is not None:
            raise request.refusal
        context = Context(self._services, request, path)
        target: Route | View = rule.endpoint
        if isinstance(target, Route):
            return handlers.answer(context, target)
        return target(context)

    def _without_slash(self, request: Request) -> Response | None:
        path = request.path.rstrip("/")
        if path == request.path:
            return None
        try:
            self._match(path, request.method)
        except (NoRoute, RequestRedirect):
            return None
        except WrongMethod:
            pass  # which is told at the right address
        query = quote(request.environ.get("QUERY_STRING", ""), _QUERY_SIGNS, "latin-1")
        address = at(path) + (f"?{query}" if query else "")
        return redirect(address, _MOVED if request.method in SAFE else _MOVED_WITH_BODY)

    def _last_resort(self, request: Request) -> Response:
        error = InternalError()
        headers = problems.headers_of(error, request.language)
        response = problems.problem(error, request) if _is_api(request) else bare_error_page(request, error, headers)
        response.headers = [header for header in (*response.headers, *request.carried.headers) if sound([header])]
        self._finish(request, response)
        return response

    def _refusal(self, error: ServiceError, request: Request) -> Response:
        if _is_api(request):
            return problems.problem(error, request)
        return error_page(Context(self._services, request), error, problems.headers_of(error, request.language))

    def _health(self, request: Request) -> Response:
        request.route = request.path
        faults = self._faults() if request.path == "/readyz" else []
        return of_json(health.answer("gateway", faults), 503 if faults else 200, [("Cache-Control", "no-store")])

    def _finish(self, request: Request, response: Response) -> None:
        html = any(name == "Content-Type" and value.startswith("text/html") for name, value in response.headers)
        response.headers.extend(self._framed_headers if response.framed else self._page_headers if html else self._api_headers)
        response.headers.append(("X-Correlation-Id", request.correlation_id))


@cache
def addresses() -> Map:
    """Every address that the gateway answers, with what answers it."""
    rules = [Rule(route.rule, methods=[route.method], endpoint=route) for route in ROUTES]
    for table in (PORTAL, OPENAPI_PAGES, WELL_KNOWN, COOKIE_ROUTES):
        rules += [Rule(path, methods=[method], endpoint=page) for (method, path), page in table.items()]
    return Map(rules, strict_slashes=True, merge_slashes=False)


def _is_api(request: Request) -> bool:
    return request.path.startswith((PREFIX, SESSION_PREFIX))
