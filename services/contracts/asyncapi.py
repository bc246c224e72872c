"""The AsyncAPI 3.0 document of the bus, generated from the contracts; nothing in it is written by hand.

`python -m services.contracts.asyncapi > docs/asyncapi.json` writes it. It is told from the side of the services: they receive calls, send
events, and receive those that they listen to.
"""

import json
import sys
from typing import Any

from apispec import APISpec

from services.common.bus.topology import RPC_EXCHANGE, call_queue, exchange_of, queue_of
from services.common.kernel.caller import (
    ADDRESS_HEADER,
    CORRELATION_HEADER,
    DEADLINE_HEADER,
    IDEMPOTENCY_HEADER,
    LANGUAGE_HEADER,
    TOKEN_HEADER,
)
from services.common.kernel.contract import Call, Event
from services.common.kernel.text import LANGUAGES
from services.common.observability.spans import PARENT
from services.contracts.callers import callers_of
from services.contracts.json_schemas import know_money, plugin
from services.contracts.topology import VHOST, Plan

_BINDING = {"bindingVersion": "0.3.0"}
_TEXT: dict[str, Any] = {"type": "string"}
_TRACEPARENT = {**_TEXT, "description": "W3C Trace Context, where traces are on: the span that this belongs below."}


def build() -> dict[str, Any]:
    """Builds the document for all services."""
    plan, schemas = Plan(), _Schemas()
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    messages: dict[str, Any] = {}
    for call in plan.calls:
        name = f"{call.owner}.{call.method}"
        messages |= {name: _request(call, schemas), f"{name}.reply": _reply(call, schemas)}
        channels[name] = _channel(name, name, call.summary, _routed(RPC_EXCHANGE))
        channels[f"{name}.reply"] = {"address": None, "messages": _carries(f"{name}.reply")}  # direct reply-to: the asker's own
        operations[f"{name}.answer"] = _answering(call, name)
    for event in plan.events:
        name = f"{event.owner}.{event.type}"
        messages[name] = _fact(event, schemas)
        channels[name] = _channel(event.type, name, event.summary, _routed(exchange_of(event)))
        operations[f"{name}.announce"] = _announcing(event, name)
        operations |= {f"{name}.hear-in-{listener}": _hearing(event, listener, name) for listener in event.listeners}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "The bus of a college",
            "version": "1",
            "description": "Calls are questions with a deadline, answered once; events are facts, delivered at least once and handled once.",
        },
        "defaultContentType": "application/json",
        "servers": {
            "broker": {
                "host": "{host}:{port}",
                "pathname": f"/{VHOST}",
                "protocol": "amqp",
                "protocolVersion": "0.9.1",
                "description": "RabbitMQ. Each component has a user of its own; its rights are in deploy/rabbitmq/definitions.json.",
                "variables": {"host": {"default": "localhost"}, "port": {"default": "5672"}},
            }
        },
        "channels": channels,
        "operations": operations,
        "components": {
            "messages": messages,
            "schemas": schemas.all() | {"CallHeaders": _CALL_HEADERS, "CallError": _ERROR},
        },
    }


class _Schemas:
    """The schemas met so far, by name."""

    def __init__(self) -> None:
        of = plugin()
        self._spec = APISpec(title="", version="", openapi_version="3.1.0", plugins=[of])
        know_money(of)
        self._resolve = of.resolver.resolve_schema_dict  # type: ignore[union-attr]

    def refer(self, schema: type) -> dict[str, Any]:
        """Gives a reference to a schema."""
        found: dict[str, Any] = self._resolve(schema)
        return found

    def all(self) -> dict[str, Any]:
        """Gives every schema. None is closed: on the bus a field that is not known is dropped, so that services deploy apart."""
        found: dict[str, Any] = self._spec.to_dict()["components"]["schemas"]
        for schema in found.values():
            schema.pop("additionalProperties", None)
        return found


def _request(call: type[Call], schemas: _Schemas) -> dict[str, Any]:
    payload = {
        "type": "object",
        "required": ["args", "kwargs"],
        "properties": {"args": {"type": "array", "maxItems": 0}, "kwargs": schemas.refer(call.Request.schema)},
    }
    return {
        "name": f"{call.owner}.{call.method}",
        "summary": call.summary,
        "headers": {"$ref": "#/components/schemas/CallHeaders"},
        "correlationId": {"location": f"$message.header#/{CORRELATION_HEADER}"},
        "payload": payload,
    }


def _reply(call: type[Call], schemas: _Schemas) -> dict[str, Any]:
    payload = {
        "type": "object",
        "required": ["result", "error"],
        "properties": {
            "result": {"anyOf": [schemas.refer(call.Reply.schema), {"type": "null"}]},
            "error": {"anyOf": [{"$ref": "#/components/schemas/CallError"}, {"type": "null"}]},
        },
    }
    return {"name": f"{call.owner}.{call.method}.reply", "summary": "The result, or why there is none.", "payload": payload}


def _fact(event: type[Event], schemas: _Schemas) -> dict[str, Any]:
    envelope = {
        "id": {**_TEXT, "format": "uuid", "description": "However often it is delivered, it is the same event."},
        "type": {"const": event.type},
        "owner": {"const": event.owner},
        "occurred_at": {**_TEXT, "format": "date-time"},
        "actor": _TEXT,
        "correlation_id": _TEXT,
        "language": {"enum": list(LANGUAGES)},
        "data": schemas.refer(event.Data.schema),
    }
    return {
        "name": event.type,
        "summary": event.summary,
        "correlationId": {"location": "$message.payload#/correlation_id"},
        "payload": {"type": "object", "required": list(envelope), "properties": envelope | {PARENT: _TRACEPARENT}},
    }


def _answering(call: type[Call], name: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "x-queue": call_queue(call.owner),
        "x-access": str(call.access),
        "x-callers": sorted(callers_of(call)),
        "x-errors": sorted(error.code for error in call.errors),
        "x-read-only": call.read_only,
        "x-idempotency-key": call.idempotent,
    }
    if call.deadline_s:
        told["x-deadline-s"] = call.deadline_s
    return {
        "action": "receive",
        "summary": call.summary,
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/{name}"}],
        "reply": {
            "address": {"location": "$message.header#/reply_to", "description": "The property of AMQP (amq.rabbitmq.reply-to)."},
            "channel": {"$ref": f"#/channels/{name}.reply"},
            "messages": [{"$ref": f"#/channels/{name}.reply/messages/{name}.reply"}],
        },
        "tags": [{"name": call.owner}],
        **told,
    }


def _announcing(event: type[Event], name: str) -> dict[str, Any]:
    return {
        "action": "send",
        "summary": event.summary,
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/{name}"}],
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": bool(event.listeners), **_BINDING}},
        "tags": [{"name": event.owner}],
    }


def _hearing(event: type[Event], listener: str, name: str) -> dict[str, Any]:
    return {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{name}"},
        "messages": [{"$ref": f"#/channels/{name}/messages/{name}"}],
        "bindings": {"amqp": {"ack": True, **_BINDING}},
        "tags": [{"name": listener}],
        "x-queue": queue_of(listener, event),
    }


def _channel(address: str, message: str, summary: str, binding: dict[str, Any]) -> dict[str, Any]:
    return {"address": address, "summary": summary, "messages": _carries(message), "bindings": {"amqp": binding}}


def _carries(message: str) -> dict[str, Any]:
    return {message: {"$ref": f"#/components/messages/{message}"}}


def _routed(exchange: str) -> dict[str, Any]:
    described = {"name": exchange, "type": "topic", "durable": True, "autoDelete": False, "vhost": VHOST}
    return {"is": "routingKey", "exchange": described, **_BINDING}


_CALL_HEADERS = {
    "type": "object",
    "properties": {
        CORRELATION_HEADER: _TEXT,
        LANGUAGE_HEADER: {"enum": list(LANGUAGES)},
        TOKEN_HEADER: {**_TEXT, "description": "The person's short-lived access token."},
        ADDRESS_HEADER: _TEXT,
        IDEMPOTENCY_HEADER: {**_TEXT, "maxLength": 200},
        DEADLINE_HEADER: {"type": "integer", "description": "Nobody waits any longer: milliseconds since 1970, UTC."},
        PARENT: _TRACEPARENT,
    },
    "required": [CORRELATION_HEADER, LANGUAGE_HEADER, DEADLINE_HEADER],
}
_ERROR = {
    "type": "object",
    "required": ["exc_type", "exc_path", "exc_args", "value", "code", "params"],
    "properties": {
        "exc_type": _TEXT,
        "exc_path": _TEXT,
        "exc_args": {"type": "array"},
        "value": _TEXT,
        "code": _TEXT,
        "params": {"type": "object"},
    },
}


def text() -> str:
    """Gives the document as the committed file holds it."""
    return json.dumps(build(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
