"""Answers that the server gives by itself, where the application was not asked or has failed: a problem document with all its headers."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from gateway.problems import problem
from gateway.requests import Request
from gateway.responses import Headers
from gateway.security_headers import API_POLICY, security_headers
from services.common.errors import ServiceError


@dataclass(frozen=True)
class Refusal:
    """An answer, and the correlation id under which it is logged."""

    status: str
    headers: Headers
    body: bytes
    correlation_id: str


def refusal(error: ServiceError, environ: dict[str, Any], behind_tls: bool) -> Refusal:
    """Writes an error in the language, and under the correlation id, of what was read of the request."""
    request = Request({**environ, "REQUEST_METHOD": "", "PATH_INFO": "/", "QUERY_STRING": ""})
    response = problem(error, request)
    headers = [*response.headers, *security_headers(API_POLICY, behind_tls), ("X-Correlation-Id", request.correlation_id)]
    status = f"{error.status} {HTTPStatus(error.status).phrase}"
    return Refusal(status, headers, b"".join(response.body), request.correlation_id)
