"""Identifiers of rows and messages."""

from uuid import UUID

from uuid_utils.compat import uuid7

__all__ = ["UUID", "new_id"]


def new_id() -> UUID:
    """Makes a UUIDv7: unique without asking anyone, and in the order of its making, so that indexes stay compact."""
    return uuid7()
