"""What may be missing in a table, and by the rules is there at this point."""

from typing import TypeVar

Value = TypeVar("Value")


def present(value: Value | None) -> Value:
    """Gives a value that cannot be missing here. Raises LookupError where it is: a fault of ours, and no message for anybody."""
    if value is None:
        raise LookupError("a value is missing that the rules say is there")
    return value
