"""A service as a later release might be: all its own events and answers have one more field.

`python -m tests.resilience.newer_version services.billing.service` runs one replica of it, beside those of the present version.
"""

import sys

from marshmallow import fields

from services.common import launch
from services.common.contract import Call, Event
from services.common.validation import lenient

FIELD, VALUE = "since_next_release", "told"


def widen(owner: str) -> int:
    """Adds the field to all contracts of a service that travel; gives how many schemas have it now."""

    def with_field(schema: type) -> type:
        return type(schema.__name__, (schema,), {FIELD: fields.String(dump_default=VALUE, load_default=None, allow_none=True)})

    widened = 0
    for event in [event for event in Event.all.values() if event.owner == owner]:
        event.Data = with_field(event.Data)
        event._strict, event._lenient = event.Data(), lenient(event.Data)
        widened += 1
    for call in [call for call in Call.all.values() if call.owner == owner]:
        call.Reply = with_field(call.Reply)
        call._reply = lenient(call.Reply)
        widened += 1
    return widened


def main(module: str) -> None:
    """Widens the contracts, then runs the component as usual."""
    service = launch.service_class(module)
    if not widen(service.name):
        raise LookupError(f"{service.name} has no contracts of its own")
    launch.run(module)


if __name__ == "__main__":
    main(sys.argv[1])
