"""The errors of each operation, as the OpenAPI document tells them."""

from collections import defaultdict
from typing import Any

from gateway.api.routing import Kind, Route
from gateway.http import errors as edge_errors
from gateway.http.cookies import SAFE
from gateway.http.problems import PROBLEM_JSON
from services.common.documents.files import FileTooLarge, StoreFull
from services.common.kernel import errors as common_errors
from services.common.kernel.access import StepUpRequired
from services.common.kernel.errors import ServiceError
from services.common.kernel.records import Record

_ANY = (
    common_errors.Invalid,
    common_errors.NotFound,
    common_errors.Unavailable,
    common_errors.OutcomeUnknown,
    edge_errors.Busy,
    edge_errors.MalformedRequest,
    edge_errors.EncodedBody,
    edge_errors.AddressTooLong,
    edge_errors.HeadersTooLarge,
    edge_errors.TooManyValues,
    common_errors.RemoteError,
    edge_errors.InternalError,
)


def problem_schema() -> dict[str, Any]:
    """Gives the schema of a problem document (RFC 9457)."""
    text = {"type": "string"}
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail", "code", "instance", "correlation_id"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "code": text,
            "instance": {"type": "string", "format": "uri-reference"},
            "correlation_id": text,
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["field", "code", "message"],
                    "properties": {"field": text, "code": text, "message": text},
                },
            },
        },
    }


def errors_of(route: Route) -> list[type[ServiceError]]:
    """Lists the errors that a route may answer with: its contract's own and those that its kind brings with it."""
    found = [*route.contract.errors, *_ANY]
    if not route.contract.access.public:
        # Where any role will do, delegates and programs may still not.
        found += [common_errors.Unauthenticated, common_errors.Forbidden]
        if route.method not in SAFE:
            found.append(edge_errors.CrossSiteRequest)
    if route.contract.access.fresh:
        found.append(StepUpRequired)
    if route.contract.others_only:
        found.append(common_errors.OwnMatter)
    if route.method in {"POST", "PUT"}:
        found += [edge_errors.MalformedBody, edge_errors.BodyTooLarge, edge_errors.BodyTooSlow, edge_errors.TooManyRequests]
        if route.kind is not Kind.WEBHOOK:
            found.append(edge_errors.UnsupportedMediaType)
    if route.kind is Kind.UPLOAD:
        found += [FileTooLarge, StoreFull, *edge_errors.NOT_OPENED]
    if route.contract.idempotent:
        found += [common_errors.IdempotencyKeyReused, edge_errors.MalformedHeader]
    if route.if_match:
        found += [common_errors.VersionMismatch, edge_errors.VersionRequired]
    if "version" in route.body_fields:
        found.append(common_errors.VersionMismatch)
    if route.rate:
        found.append(edge_errors.TooManyRequests)
    return list(dict.fromkeys(found))


def problem_responses(route: Route) -> dict[str, dict[str, Any]]:
    """Gives the responses for the errors of a route, by status, each with the codes that it may carry."""
    codes: dict[int, list[str]] = defaultdict(list)
    for error in errors_of(route):
        codes[error.status].append(error.code)
    beside = {common_errors.VersionMismatch.status: route.contract.mismatch}
    return {str(status): problem_response(sorted(set(codes[status])), beside.get(status)) for status in sorted(codes)}


def problem_response(codes: list[str], beside: type[Record] | None = None) -> dict[str, Any]:
    """Gives a response that carries a problem document with one of `codes`, and what is told `beside`."""
    parts: list[Any] = [{"$ref": "#/components/schemas/Problem"}, {"properties": {"code": {"enum": codes}}}]
    schema = {"allOf": parts + ([beside.schema] if beside else [])}
    return {"description": ", ".join(codes), "content": {PROBLEM_JSON: {"schema": schema}}}
