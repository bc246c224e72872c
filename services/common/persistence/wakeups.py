"""Waking up when a transaction that notified was committed: LISTEN on a connection of its own, and a look by oneself once a second."""

from contextlib import suppress

import eventlet
import psycopg2
from eventlet.hubs import trampoline
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT
from sqlalchemy.engine import make_url

from services.common.persistence.engine import CONNECT_TIMEOUT_S, Connection

LOOK_S = 1.0


class WakeUps:
    """Waits for the notifications of one channel. Errors are psycopg2's; after one, the next wait connects anew."""

    def __init__(self, database_url: str, channel: str, name: str) -> None:
        self._url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._channel, self._name = channel, name
        self._connection: psycopg2.extensions.connection | None = None

    def wait(self) -> None:
        """Returns at a notification, at once when it has just connected (one may have been missed), or after LOOK_S seconds."""
        if self._connection is None:
            self._connection = self._listen()
            return
        with suppress(TimeoutError):
            trampoline(self._connection.fileno(), read=True, timeout=LOOK_S, timeout_exc=TimeoutError)
        self._connection.poll()
        self._connection.notifies.clear()

    def close(self) -> None:
        """Closes the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg2.Error):
                connection.close()

    def _listen(self) -> psycopg2.extensions.connection:
        with eventlet.Timeout(CONNECT_TIMEOUT_S, psycopg2.OperationalError("the database does not answer")):
            connection = psycopg2.connect(self._url, application_name=self._name, connection_factory=Connection)
        connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {self._channel}")
        return connection
