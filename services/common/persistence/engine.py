"""The service's database: one engine for transactions, one for reads, both with time limits that hold whatever the code forgets."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import eventlet
import psycopg2
from eventlet.hubs import trampoline
from eventlet.patcher import is_monkey_patched
from psycopg2 import extensions
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

CONNECT_TIMEOUT_S = 3
ANSWER_TIMEOUT_S = 12.0  # more than the server's own limit of a statement: it has answered by then, or it is not there
TIME_LIMITS = "-c statement_timeout=10s -c lock_timeout=3s -c idle_in_transaction_session_timeout=30s"
OPENED = (extensions.STATUS_READY, extensions.STATUS_BEGIN, extensions.STATUS_PREPARED)
TCP = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}


class Connection(extensions.connection):
    """A connection to a server that must not be silent for longer than ANSWER_TIMEOUT_S."""


class DatabaseSilent(psycopg2.OperationalError):
    """The database has not answered in time."""

    def __str__(self) -> str:
        return "the database does not answer"


def driver_url(url: str) -> str:
    """Gives the address with the one driver that does not block the process under eventlet (psycopg2)."""
    return make_url(url).set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)


class Database:
    """The engines of one process. Errors never carry parameters, which may be personal."""

    def __init__(self, url: str, pool: int = 16, name: str = "college") -> None:
        self.url = driver_url(url)
        connect = {
            "connect_timeout": CONNECT_TIMEOUT_S,
            "options": TIME_LIMITS,
            "application_name": name,
            "connection_factory": Connection,
            **TCP,
        }
        self.writes: Engine = create_engine(
            self.url,
            pool_size=pool,
            max_overflow=0,
            pool_timeout=3,
            pool_pre_ping=False,
            hide_parameters=True,
            connect_args=connect,
        )
        # Reads need no transaction: no BEGIN, no ROLLBACK at return, three round trips become one.
        self.reads: Engine = create_engine(
            self.url,
            pool_size=pool,
            max_overflow=0,
            pool_timeout=3,
            isolation_level="AUTOCOMMIT",
            pool_reset_on_return=None,
            skip_autocommit_rollback=True,
            hide_parameters=True,
            connect_args=connect,
        )
        for engine in (self.writes, self.reads):
            event.listen(engine, "do_connect", _connect_in_time)
        self._write_session = sessionmaker(self.writes, expire_on_commit=False)
        self._read_session = sessionmaker(self.reads, expire_on_commit=False, autoflush=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Opens a session whose work is committed as a whole at the end, or not at all."""
        with self._write_session() as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Opens a session for reading only: each statement sees the database as it is then."""
        with self._read_session() as session:
            yield session

    def close(self) -> None:
        """Closes all connections."""
        self.writes.dispose()
        self.reads.dispose()


def _await_answer(connection: Any) -> None:
    # In place of eventlet's own, which waits for ever for a server that was stopped or a line that was cut without a word.
    # psycopg2 closes the connection when this raises: a commit is then of unknown outcome, and all before it undone.
    limit = ANSWER_TIMEOUT_S if isinstance(connection, Connection) else None  # an administrator's statement may take its time
    try:
        while (state := connection.poll()) != extensions.POLL_OK:
            if state not in (extensions.POLL_READ, extensions.POLL_WRITE):
                raise psycopg2.OperationalError(f"the database connection is in an odd state: {state}")
            reading = state == extensions.POLL_READ
            trampoline(connection.fileno(), read=reading, write=not reading, timeout=limit, timeout_exc=DatabaseSilent)
    except BaseException:
        # One that was still being opened stays open as long as this traceback lives: the server waits a minute for the rest of it, and
        # whoever drops a database meanwhile waits with it. (In the middle of a statement psycopg2 closes it, and holds its lock.)
        if connection.status not in OPENED:
            connection.close()
        raise


if is_monkey_patched("psycopg"):
    extensions.set_wait_callback(_await_answer)


def _connect_in_time(dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]) -> Any:
    # Under eventlet libpq's own connect_timeout does not hold: it is psycopg2 that waits then, for ever if the server is stopped.
    with eventlet.Timeout(CONNECT_TIMEOUT_S, psycopg2.OperationalError("the database does not answer")):
        return dialect.connect(*arguments, **options)
