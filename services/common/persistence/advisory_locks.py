"""Turns that are taken in the database, across replicas: a lock is known by its name, and ends with the transaction that has it.

There are two kinds of names, which the database keeps apart: those of a task that there is one of (`retention`), hashed to 32 bits, and those
of one thing of many (an address, an application), hashed to 64. All replicas must spell and hash a name alike, those of the release before too.
"""

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

_TASK = text("SELECT pg_advisory_xact_lock(hashtext(:name))")
_TRY_TASK = text("SELECT pg_try_advisory_xact_lock(hashtext(:name))")
_THING = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_SESSION = text("SELECT pg_advisory_lock(hashtext(:name))")


def wait_for_task(session: Session, name: str) -> None:
    """Waits until no other transaction is at this task, and keeps others from it until this one ends. Raises what a lock_timeout raises."""
    session.execute(_TASK, {"name": name})


def try_task(session: Session, name: str) -> bool:
    """Takes this task if no other transaction is at it; says whether it did."""
    return bool(session.scalar(_TRY_TASK, {"name": name}))


def wait_for_thing(session: Session, name: str) -> None:
    """Waits until no other transaction has this thing, and keeps others from it until this one ends."""
    session.execute(_THING, {"name": name})


def wait_for_task_of_connection(connection: Connection, name: str) -> None:
    """The same as `wait_for_task`, until the connection is closed: for a task of several transactions."""
    connection.execute(_SESSION, {"name": name})
