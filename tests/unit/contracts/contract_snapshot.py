"""What crosses the bus, written down: `python -m tests.unit.contracts.contract_snapshot` accepts the contracts as they are now.

A change of a contract then shows in the diff. Additive changes only: a field taken away or newly required breaks services of another age.
"""

import json
from pathlib import Path
from typing import Any

from marshmallow import Schema, fields

from services.common.kernel.contract import Call, Event
from services.common.kernel.typed_text.fields import Code, Day, Typed
from services.contracts import applications, billing, correspondence, identity, qa, registry

FILE = Path(__file__).with_name("contract_snapshot.json")
OWNERS = {module.__name__.rsplit(".", 1)[-1] for module in (applications, billing, correspondence, identity, qa, registry)}


def describe(schema: type[Schema]) -> dict[str, Any]:
    """Gives the fields of a schema: kind, and whether each must be there."""
    return {name: _describe(field) for name, field in schema().fields.items()}


def _describe(field: fields.Field) -> Any:
    kind = _on_the_wire(field) + ("" if field.required else "?") + (" or null" if field.allow_none else "")
    if isinstance(field, fields.Nested):
        return {kind: {name: _describe(inner) for name, inner in field.schema.fields.items()}}
    if isinstance(field, fields.List):
        return {kind: _describe(field.inner)}
    return kind


def _on_the_wire(field: fields.Field) -> str:
    """Gives a field's kind as the bus knows it: how a text that people type is cleaned is no part of that."""
    if isinstance(field, Typed | Day | Code):
        return next(kind.__name__ for kind in type(field).__mro__ if kind.__module__ == fields.__name__)
    return type(field).__name__


def snapshot() -> dict[str, Any]:
    """Gives all contracts as plain values."""
    calls = {
        f"{owner}.{method}": {
            "access": str(call.access),
            "request": describe(call.Request.schema),
            "reply": describe(call.Reply.schema),
        }
        for (owner, method), call in sorted(Call.all.items())
        if owner in OWNERS
    }
    events = {
        f"{event.owner}.{event.type}": {"listeners": sorted(event.listeners), "data": describe(event.Data.schema)}
        for event in sorted(Event.all.values(), key=lambda event: (event.owner, event.type))
        if event.owner in OWNERS
    }
    return {"calls": calls, "events": events}


if __name__ == "__main__":
    FILE.write_text(json.dumps(snapshot(), indent=1, ensure_ascii=False) + "\n")
