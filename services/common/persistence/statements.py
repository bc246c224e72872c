"""Running statements whose count of rows is the answer."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import Connection, CursorResult, Executable
from sqlalchemy.orm import Session


def rows_changed(session: Session | Connection, statement: Executable, values: Mapping[str, Any] | None = None) -> int:
    """Runs an INSERT, UPDATE or DELETE and says how many rows it changed."""
    return cast(CursorResult, session.execute(statement, values)).rowcount
