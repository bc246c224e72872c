"""Reading what the broker delivers, whatever somebody has put into it: what cannot be read is a message too, to be refused by its consumer.

The library raises in the middle of a connection's reading: for a time beyond the year 9999, a table nested too deep, a text that is no UTF-8.
The link would drop, the broker deliver the message again, and the service would hear nothing more.
"""

import struct
from typing import Any

import amqp
from amqp import abstract_channel, serialization
from amqp.spec import Basic

UNREADABLE = "unreadable"  # among the properties of a message whose own could not be read
ENCODING = "utf-8"
_FAULTS = (
    *(amqp.exceptions.AMQPError, ArithmeticError, LookupError, OSError, RecursionError, TypeError, ValueError),
    struct.error,
)
_SIZES = {"o": 1, "B": 2, "l": 4, "L": 8}
_CONTENT_TYPE, _CONTENT_ENCODING = 0x8000, 0x4000
_decode, _loads = serialization.decode_properties_basic, serialization.loads


def properties_of(buffer: bytes, offset: int) -> tuple[dict[str, Any], int]:
    """Reads a message's properties. If that fails they are marked, and the headers are left out: the rest may still say who sent it."""
    try:
        properties, end = _decode(buffer, offset)
    except _FAULTS:
        properties, end = _without_headers(buffer, offset), len(buffer)
    if properties.get("content_encoding", ENCODING) != ENCODING:
        del properties["content_encoding"]  # the library would decode the body by it, and some of Python's codecs take minutes
    return properties, end


def arguments_of(format: str, buffer: bytes, offset: int) -> tuple[list[Any], int]:
    """Reads a method's arguments; a routing key that is no UTF-8 has question marks for what is not ASCII."""
    read: tuple[list[Any], int]
    try:
        read = _loads(format, buffer, offset)
    except UnicodeDecodeError:
        read = _loads(format, _in_ascii(format, buffer, offset), offset)
    return read


def _without_headers(buffer: bytes, offset: int) -> dict[str, Any]:
    try:
        (flags,) = struct.unpack_from(">H", buffer, offset)
        table = offset + 2
        for flag in (_CONTENT_TYPE, _CONTENT_ENCODING):
            if flags & flag:
                table += 1 + buffer[table]
        (length,) = struct.unpack_from(">I", buffer, table)
        found, _ = _decode(bytes(buffer[:table]) + bytes(4) + bytes(buffer[table + 4 + length :]), offset)
    except _FAULTS:
        found = {}
    return {**found, UNREADABLE: True}


def _in_ascii(format: str, buffer: bytes, offset: int) -> bytes:
    changed, bits = bytearray(buffer), 0
    for kind in format:
        if kind == "b":
            offset += bits % 8 == 0
            bits += 1
            continue
        bits = 0
        if kind == "s":
            end = offset + 1 + changed[offset]
            changed[offset + 1 : end] = bytes(sign if sign < 0x80 else ord("?") for sign in changed[offset + 1 : end])
            offset = end
        else:
            offset += _SIZES[kind]
    return bytes(changed)


def read_whatever_comes() -> None:
    """Has the library read by these functions, on every connection of the process."""
    serialization.PROPERTY_CLASSES[Basic.CLASS_ID] = properties_of
    abstract_channel.loads = arguments_of
