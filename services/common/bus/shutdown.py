"""How a worker may end. nameko answers for one that raises an Exception; one that raises anything else it forgets, message and all."""

from collections.abc import Iterator
from contextlib import contextmanager

from greenlet import GreenletExit


class Interrupted(RuntimeError):
    """The work ended with something that is no Exception: a time limit (eventlet.Timeout), an exit."""


@contextmanager
def ordinary_errors() -> Iterator[None]:
    """Raises Interrupted for what is no Exception, so that the message behind the work is answered, retried or dead-lettered like any other.

    A worker that is killed with its container ends as killed: its message is delivered to another.
    """
    try:
        yield
    except (Exception, GreenletExit):
        raise
    except BaseException as error:
        raise Interrupted(f"{type(error).__name__}: {error}") from error
