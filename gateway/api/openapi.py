"""The OpenAPI 3.1 document, generated from the route table and the contracts; nothing in it is written by hand."""

from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from gateway.api.oauth import ERRORS, FORM, GRANT
from gateway.api.openapi_problems import problem_responses, problem_schema
from gateway.api.routes import RESOURCES
from gateway.api.routing import Kind, Route, Tag
from gateway.http.cookies import ACCESS, name_of
from gateway.http.responses import JSON
from services.contracts import json_schemas
from services.contracts.applications.shapes import StoredFile

_DESCRIBED_BY_GATEWAY = frozenset(StoredFile.schema().fields)


def build(title: str, public_url: str) -> dict[str, Any]:
    """Builds the document for a college's gateway."""
    plugin = json_schemas.plugin()
    spec = APISpec(title=title, version="1", openapi_version="3.1.0", plugins=[plugin], servers=[{"url": public_url}])
    json_schemas.know_money(plugin)
    spec.components.schema("Problem", problem_schema())
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    cookie = {
        "type": "apiKey",
        "in": "cookie",
        "name": name_of(ACCESS, public_url),
        "description": "Of browsers, by our own pages.",
    }
    spec.components.security_scheme("cookie", cookie)
    spec.components.security_scheme("program", {"type": "http", "scheme": "basic", "description": "A program’s credentials."})
    for resource in RESOURCES:
        tag = resource.__name__.rpartition(".")[2].replace("_", "-")
        spec.tag({"name": tag, "description": (resource.__doc__ or "").strip()})
        for route in resource.ROUTES:
            spec.path(route.address, operations={route.method.lower(): _operation(route, tag, plugin)})
    return _growing(spec.to_dict())


def _growing(document: dict[str, Any]) -> dict[str, Any]:
    # An answer may gain fields: only what is sent to us is closed.
    for name, schema in document["components"]["schemas"].items():
        if not name.endswith("Request"):
            schema.pop("additionalProperties", None)
    return document


def _operation(route: Route, tag: str, plugin: MarshmallowPlugin) -> dict[str, Any]:
    contract = route.contract
    not_modified = {"304": {"description": "What If-None-Match names is still so."}} if _conditional(route) else {}
    operation: dict[str, Any] = {
        "operationId": route.operation_id,
        "summary": contract.summary,
        "description": f"Who may: {contract.access}.",
        "tags": [tag],
        "parameters": _parameters(route, plugin),
        "responses": {str(route.status): _success(route)} | not_modified | problem_responses(route),
        "security": _security(route),
    }
    if body := _body(route, plugin):
        operation["requestBody"] = body
    if route.kind is Kind.FORM:
        _tell_oauth_errors(operation["responses"])
    return operation


def _security(route: Route) -> list[dict[str, list[str]]]:
    if route.kind is Kind.FORM:
        return [{"program": []}, {}]  # in the header, or in the form
    return [] if route.contract.access.public else [{"bearer": []}, {"cookie": []}]


def _tell_oauth_errors(responses: dict[str, Any]) -> None:
    # Some refusals of the same status are problem documents: those that come before the form is read.
    for status, codes in ERRORS.items():
        told = {"error": {"type": "string", "enum": list(codes)}, "error_description": {"type": "string"}}
        schema = {"type": "object", "required": ["error"], "properties": told}
        response = responses.setdefault(str(status), {"description": "", "content": {}})
        response["content"][JSON] = {"schema": schema}
        response["description"] = ", ".join(sorted({*filter(None, response["description"].split(", ")), *codes}))


def _conditional(route: Route) -> bool:
    return (route.tag is not None and route.method == "GET") or route.kind is Kind.DOWNLOAD


def _parameters(route: Route, plugin: MarshmallowPlugin) -> list[dict[str, Any]]:
    def parameter(name: str, place: str, schema: dict[str, Any], required: bool, description: str = "") -> dict[str, Any]:
        about = {"description": description} if description else {}
        return {"name": name, "in": place, "required": required, "schema": schema, **about}

    def of_field(name: str, place: str) -> dict[str, Any]:
        field = route.request_fields[name]
        return parameter(name, place, plugin.converter.field2property(field), place == "path" or field.required)  # type: ignore[union-attr]

    text = {"type": "string"}
    found = [of_field(name, "path") for name in route.path_fields] + [of_field(name, "query") for name in route.query_fields]
    if "language" not in route.query_fields:
        described = "The language of the answer's words, `en` or `fr`; any other counts for nothing."
        found.append(parameter("language", "query", text, False, described))
    found.append(parameter("Accept-Language", "header", text, False))
    found.append(parameter("X-Correlation-Id", "header", text, False, "Taken if well formed; told in every answer."))
    if route.contract.idempotent:
        described = "A repetition under the same key is answered as the first time."
        found.append(parameter("Idempotency-Key", "header", text | {"maxLength": 200}, False, described))
    if route.if_match:
        found.append(parameter("If-Match", "header", text, True, "The ETag of the version that the edit was made on."))
    if _conditional(route):
        found.append(parameter("If-None-Match", "header", text, False))
    if route.kind is Kind.WEBHOOK:
        found.append(parameter("Payment-Signature", "header", text, True, "The provider's signature over the body."))
    return found


def _body(route: Route, plugin: MarshmallowPlugin) -> dict[str, Any] | None:
    if route.kind is Kind.WEBHOOK:
        return {
            "required": True,
            "content": {JSON: {"schema": {"description": "The notice, as the provider signed it."}}},
        }
    if not route.body_fields:
        return None
    if route.kind is Kind.FORM:
        form = _inline(route, route.body_fields, plugin)
        form["properties"]["grant_type"] = {"type": "string", "enum": [GRANT]}
        form |= {"required": ["grant_type"], "additionalProperties": True}  # the credentials may come in the header
        return {"required": True, "content": {FORM: {"schema": form}}}
    if route.kind is Kind.UPLOAD:
        names = [name for name in route.body_fields if name not in _DESCRIBED_BY_GATEWAY]
        form = _inline(route, names, plugin)
        form["properties"]["file"] = {"type": "string", "contentMediaType": "application/octet-stream"}
        form["required"] = [*form.get("required", ()), "file"]
        return {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    whole = set(route.body_fields) == set(route.request_fields)
    schema: Any = route.contract.Request.schema if whole else _inline(route, route.body_fields, plugin)
    required = any(route.request_fields[name].required for name in route.body_fields)
    return {"required": required, "content": {JSON: {"schema": schema}}}


def _inline(route: Route, names: Any, plugin: MarshmallowPlugin) -> dict[str, Any]:
    chosen = {name: route.request_fields[name] for name in names}
    properties = {name: plugin.converter.field2property(field) for name, field in chosen.items()}  # type: ignore[union-attr]
    required = [name for name, field in chosen.items() if field.required]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        **({"required": required} if required else {}),
    }


def _success(route: Route) -> dict[str, Any]:
    headers: dict[str, Any] = {"X-Correlation-Id": {"schema": {"type": "string"}}}
    if route.tag or route.kind is Kind.DOWNLOAD:
        described = "The version." if route.tag is Tag.VERSION else "A digest of the content."
        headers["ETag"] = {"schema": {"type": "string"}, "description": described}
    if route.location:
        headers["Location"] = {"schema": {"type": "string"}}
    response: dict[str, Any] = {"description": "Done.", "headers": headers}
    if route.kind is Kind.DOWNLOAD:
        response |= {"description": "The file.", "content": {media_type: {} for media_type in route.sends}}
    elif route.status != 204:
        reply = route.contract.Reply
        response |= {"description": (reply.__doc__ or "Done.").strip(), "content": {JSON: {"schema": reply.schema}}}
    return response
