"""The contracts' schemas as JSON Schemas, under the same names in every generated document."""

from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields

from services.common.kernel.validation import MoneyField

MONEY: dict[str, Any] = {
    "type": "object",
    "required": ["amount", "currency"],
    "properties": {
        "amount": {"type": "string", "examples": ["146.90"]},
        "currency": {"type": "string", "examples": ["CAD"]},
    },
}


def schema_name(schema: Any) -> str:
    """Names a schema in a document: `OpenAccount.Request` is `OpenAccountRequest`."""
    kind = schema if isinstance(schema, type) else type(schema)
    return kind.__qualname__.replace(".", "").replace("_", "")


def plugin() -> MarshmallowPlugin:
    """Makes the plugin that turns schemas into JSON Schemas; `know_money` is for after it has met its document."""
    return MarshmallowPlugin(schema_name_resolver=schema_name)


def know_money(of: MarshmallowPlugin) -> None:
    """Teaches a plugin that has met its document how an amount of money is written."""
    of.converter.add_attribute_function(_money)  # type: ignore[union-attr]


def _money(_converter: Any, field: fields.Field, **_: Any) -> dict[str, Any]:
    if not isinstance(field, MoneyField):
        return {}
    return MONEY | {"type": ["object", "null"]} if field.allow_none else MONEY
