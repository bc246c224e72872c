"""What a service answered, as plain values: tests read it as a client in any language would, by name."""

from typing import Any

from services.common.kernel.records import Record


def values_of(reply: Any) -> Any:
    """Gives records, at every depth, as dictionaries; all else as it is."""
    if isinstance(reply, Record):
        return {name: values_of(value) for name, value in vars(reply).items()}
    if isinstance(reply, list):
        return [values_of(item) for item in reply]
    return reply
