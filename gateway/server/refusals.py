"""Answers that the server gives by itself, where the application was not asked or has failed, with all their headers.

A person at a page of ours reads a page; everybody else gets a problem document.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from gateway.api.cookie_sessions import SESSION_PREFIX
from gateway.api.routing import PREFIX
from gateway.http.cookies import name_of
from gateway.http.problems import headers_of, problem
from gateway.http.requests import LANGUAGE_COOKIE, Request
from gateway.http.responses import Headers
from gateway.http.security_headers import API_POLICY, PAGE_POLICY, security_headers
from gateway.portal.kit.page import bare_error_page
from gateway.settings import GatewaySettings
from services.common.kernel.errors import ServiceError


@dataclass(frozen=True)
class Refusal:
    """An answer, and the correlation id under which it is logged."""

    status: str
    headers: Headers
    body: bytes
    correlation_id: str


def refusal(error: ServiceError, environ: dict[str, Any], settings: GatewaySettings) -> Refusal:
    """Writes an error in the language, and under the correlation id, of what was read of the request."""
    told = {**environ, "REQUEST_METHOD": "", "PATH_INFO": "/", "QUERY_STRING": ""}
    request = Request(told, language_cookie=name_of(LANGUAGE_COOKIE, settings.public_url))
    if _of_a_page(environ):
        response, policy = bare_error_page(request, error, headers_of(error, request.language)), PAGE_POLICY
    else:
        response, policy = problem(error, request), API_POLICY
    headers = [*response.headers, *security_headers(policy, settings.behind_tls), ("X-Correlation-Id", request.correlation_id)]
    status = f"{error.status} {HTTPStatus(error.status).phrase}"
    return Refusal(status, headers, b"".join(response.body), request.correlation_id)


def _of_a_page(environ: dict[str, Any]) -> bool:
    path = environ.get("PATH_INFO", "")
    return "text/html" in environ.get("HTTP_ACCEPT", "") and not path.startswith((PREFIX, SESSION_PREFIX))
