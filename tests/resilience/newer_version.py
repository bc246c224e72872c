"""A service as a later release might be: all its own events and answers have one more field, and a table one more column.

`python -m tests.resilience.newer_version services.billing.service` runs one replica of it, beside those of the present version; NEXT_TABLE
names the model whose table has been migrated.
"""

import importlib
import os
import sys

from marshmallow import fields
from sqlalchemy import Text
from sqlalchemy import event as orm_events
from sqlalchemy.orm import mapped_column

from services.common.kernel.contract import Call, Event
from services.common.kernel.records import read_as_records
from services.common.kernel.validation import lenient
from services.common.runtime import launch

FIELD, VALUE = "since_next_release", "told"


def widen(owner: str) -> int:
    """Adds the field to all contracts of a service that travel; gives how many schemas have it now."""

    def with_field(schema: type) -> type:
        return type(schema.__name__, (schema,), {FIELD: fields.String(dump_default=VALUE, load_default=None, allow_none=True)})

    widened = 0
    for event in [event for event in Event.all.values() if event.owner == owner]:
        widest = with_field(event.Data.schema)
        event._strict, event._lenient = widest(), read_as_records(lenient(widest))
        widened += 1
    for call in [call for call in Call.all.values() if call.owner == owner]:
        call._reply = lenient(with_field(call.Reply.schema))
        widened += 1
    return widened


def widen_table(module: str, name: str) -> None:
    """Maps the new column of a model; every row that this version writes has it."""
    model = getattr(importlib.import_module(f"{module.rpartition('.')[0]}.models"), name)
    setattr(model, FIELD, mapped_column(FIELD, Text))
    orm_events.listen(model, "before_insert", lambda _mapper, _connection, row: setattr(row, FIELD, VALUE))


def main(module: str) -> None:
    """Widens the contracts, then runs the component as usual."""
    service = launch.service_class(module)
    if not widen(service.name):
        raise LookupError(f"{service.name} has no contracts of its own")
    if table := os.environ.get("NEXT_TABLE"):
        widen_table(module, table)
    launch.run(module)


if __name__ == "__main__":
    main(sys.argv[1])
