"""Errors as problem details (RFC 9457), in the caller's language."""

from typing import Any
from urllib.parse import quote

from gateway.http.errors import EncodedBody, MethodNotAllowed
from gateway.http.requests import Request
from gateway.http.responses import Response, of_json
from services.common.kernel.errors import Invalid, ServiceError
from services.common.kernel.validation import words

PROBLEM_JSON = "application/problem+json"
RETRY_AFTER_S = 1
_STANDARD = frozenset({"type", "title", "status", "detail", "code", "instance", "correlation_id", "errors"})


def type_of(code: str) -> str:
    """Gives the address that explains a kind of problem."""
    return f"/api/v1/docs#problem-{code}"


def problem(error: ServiceError, request: Request) -> Response:
    """Writes an error as a problem document; what a failure on our side says of itself stays in the log."""
    language = request.language
    document: dict[str, Any] = {
        "type": type_of(error.code),
        "title": error.title.in_(language),
        "status": error.status,
        "detail": error.say(language),
        "code": error.code,
        "instance": quote(request.path),  # what was asked, whatever characters it had, as the URI reference that it must be
        "correlation_id": request.correlation_id,
    }
    if isinstance(error, Invalid):
        document["errors"] = [fault(item, language) for item in error.params.get("errors", ())]
    if error.status < 500:
        document |= {name: value for name, value in error.params.items() if name not in _STANDARD}
    return of_json(document, error.status, headers_of(error, language), PROBLEM_JSON)


def headers_of(error: ServiceError, language: str) -> list[tuple[str, str]]:
    """Gives the headers that go with an error: when to come back, how to sign in, what is allowed."""
    headers = [("Content-Language", language), ("Cache-Control", "no-store")]
    if error.status in {429, 503}:
        headers.append(("Retry-After", str(error.params.get("retry_after_s", RETRY_AFTER_S))))
    if error.status == 401:
        headers.append(("WWW-Authenticate", 'Bearer realm="college"'))
    if isinstance(error, EncodedBody):
        headers.append(("Accept-Encoding", "identity"))
    if isinstance(error, MethodNotAllowed):
        headers.append(("Allow", error.params["allowed"]))
    return headers


def fault(item: dict[str, Any], language: str) -> dict[str, Any]:
    """Says what is wrong with one field: `too_long 100` becomes the code `too_long` and words in the person's language."""
    code = str(item.get("code", "invalid"))
    message = item.get("message")
    if isinstance(message, dict):
        message = message.get(language)
    rest = {name: value for name, value in item.items() if name not in {"field", "code", "message"}}
    return {
        "field": item.get("field", ""),
        "code": code.partition(" ")[0],
        "message": message or words(code, language),
        **rest,
    }
