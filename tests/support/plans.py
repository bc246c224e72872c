"""How the database carries out what a use case asks: the plan of each of its queries."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.orm import Session


@contextmanager
def plans(session: Session, how: str = "COSTS OFF") -> Iterator[list[str]]:
    """Notes what is read on a session, and at the end gives the plans in the list that it yields, in the order of reading."""
    connection, read, found = session.connection(), [], []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        if statement.startswith("SELECT"):
            read.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(connection, "before_cursor_execute", note)
    for statement, parameters in read:
        rows = connection.exec_driver_sql(f"EXPLAIN ({how}) {statement}", parameters)
        found.append("\n".join(line for (line,) in rows))
