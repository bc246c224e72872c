"""One long-lived broker connection, owned by one greenlet: it connects, drains, beats, and comes back when the broker does."""

import random
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import amqp
import eventlet
from amqp import spec
from eventlet.event import Event as Signal

from services.common.bus import private_parts
from services.common.observability.logs import get_logger
from services.common.observability.metrics import LINK_OPENED, LINK_UP
from services.common.security.transport import broker_connection, broker_user

LOST = (amqp.exceptions.AMQPError, OSError, EOFError)
FIRST_PAUSE_S, LONGEST_PAUSE_S, CONNECT_TIMEOUT_S = 0.2, 2.0, 3.0
READ_AHEAD = 16_384
FULL = 8  # frames that do not wait for the end of the turn: the other end may as well begin with them
LARGEST_MESSAGE = 16 * 1024 * 1024  # bytes: the broker's `max_message_size`, beyond which it closes the channel
STEADY_S = 5.0  # a connection that stood so long was a good one: the next loss is a new one
log = get_logger("link")


def publish(channel: amqp.Channel, message: amqp.Message, exchange: str, routing_key: str, mandatory: bool = False) -> None:
    """Writes a message to the broker without reading from it: `basic_publish` drains the socket, which belongs to the link's greenlet."""
    if user := getattr(channel.connection, "user", None):
        message.properties["user_id"] = user  # the broker refuses any but the connection's own: who hears it knows who said it
    channel.send_method(spec.Basic.Publish, "Bssbb", (0, exchange, routing_key, mandatory, False), message)


@contextmanager
def at_once(channel: amqp.Channel, alone: bool) -> Iterator[None]:
    """Sends what is written within at its end in place of the end of this turn of the hub, if the writer is `alone`.

    For one who is alone no other frame would come to share the send, and a turn is saved.
    """
    transport = getattr(channel.connection, "_transport", None)  # the public property would open a closed connection anew
    coalescer = transport.coalescer if alone and transport is not None else None
    if coalescer is not None:
        coalescer.hold()
    try:
        yield
    finally:
        if coalescer is not None:
            coalescer.release()


class BrokerConnection:
    """Keeps a connection alive. `opened(connection)` sets up channels on each new one; `lost()` fails what was waiting on the old."""

    def __init__(
        self,
        uri: str,
        name: str,
        opened: Callable[[amqp.Connection], None],
        lost: Callable[[], None] = lambda: None,
        heartbeat_s: int = 10,
    ) -> None:
        self.name, self._uri, self._opened, self._lost, self._heartbeat_s = name, uri, opened, lost, heartbeat_s
        self._greenlet: Any = None
        self._stopping = False
        self._open = Signal()
        self._open_since = time.monotonic()
        self.connection: amqp.Connection | None = None
        self.blocked = False  # the broker is short of memory or disk, and takes no messages for now

    @property
    def up(self) -> bool:
        """Whether the connection is open and its channels are set up."""
        given: bool = self._open.ready()
        return given

    def start(self) -> None:
        """Begins connecting in the background."""
        if self._greenlet is None:
            LINK_UP.labels(self.name).set(0)
            self._greenlet = eventlet.spawn(self._run)

    def wait_open(self, timeout_s: float) -> bool:
        """Waits until the link is up, at most `timeout_s` seconds; says whether it is."""
        with eventlet.Timeout(timeout_s, False):
            self._open.wait()
            return True
        return False

    def renew(self) -> None:
        """Drops the connection, so that it is opened and set up anew: what was declared before may have been deleted."""
        if self.connection is not None:
            self._cut(self.connection)

    def stop(self) -> None:
        """Closes the connection for good."""
        self._stopping = True
        eventlet.sleep(0)  # lets frames that were just written leave
        if self._greenlet is not None:
            self._greenlet.kill()
            self._greenlet = None
        self._drop()

    def _run(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stopping:
            try:
                self._drain(self._connect())
            except LOST as error:
                log.warning("link-lost", link=self.name, error=repr(error))
            except Exception:
                # The last resort of a loop: whatever one connection or one message has brought, the link must come back.
                log.exception("link-broken", link=self.name)
            finally:
                steady = time.monotonic() - self._open_since > STEADY_S
                self._drop()
            pause = FIRST_PAUSE_S if steady else min(pause * 1.5, LONGEST_PAUSE_S)
            eventlet.sleep(pause * random.uniform(0.7, 1.0))  # noqa: S311 - not all components at the same instant

    def _connect(self) -> amqp.Connection:
        self._open_since = time.monotonic()
        kombu = broker_connection(self._uri, self._heartbeat_s, CONNECT_TIMEOUT_S)
        # Not `kombu.connection`, which sleeps two seconds before a second try of its own.
        self.connection = connection = kombu.transport.establish_connection()
        connection.user = broker_user(self._uri)
        connection.on_blocked, connection.on_unblocked = self._on_blocked, self._on_unblocked
        WriteCoalescer(connection.transport, lambda: self._cut(connection))
        private_parts.read_ahead(connection.transport, READ_AHEAD)
        with eventlet.Timeout(2 * CONNECT_TIMEOUT_S, TimeoutError("the broker accepted the connection but did not answer")):
            self._opened(connection)
        self._open.send(True)
        LINK_UP.labels(self.name).set(1)
        LINK_OPENED.labels(self.name).inc()
        log.debug("link-opened", link=self.name)
        return connection

    def _on_blocked(self, reason: str) -> None:
        log.error("broker-takes-no-messages", link=self.name, reason=reason)
        self.blocked = True

    def _on_unblocked(self) -> None:
        log.warning("broker-takes-messages-again", link=self.name)
        self.blocked = False

    def _drain(self, connection: amqp.Connection) -> None:
        # The beat is a greenlet of its own: reading with a time limit would cost a timer for each frame.
        beat = eventlet.spawn(self._beat, connection)
        try:
            while True:
                connection.drain_events()
        finally:
            beat.kill()

    def _beat(self, connection: amqp.Connection) -> None:
        try:
            while True:
                eventlet.sleep(self._heartbeat_s / 4)
                connection.heartbeat_tick(rate=2)
        except LOST as error:  # the broker has been silent for too long
            log.warning("link-silent", link=self.name, error=repr(error))
            self._cut(connection)

    def _cut(self, connection: amqp.Connection) -> None:
        # Ends the reading of the greenlet that drains: it alone reports the loss and connects again. Closing would not wake it.
        if connection is self.connection and self._open.ready():
            self._open = Signal()
        transport = private_parts.transport_of(connection)
        if transport is None:
            return
        transport.connected = False
        if transport.sock is not None:
            with suppress(OSError):
                transport.sock.shutdown(socket.SHUT_RDWR)

    def _drop(self) -> None:
        connection, self.connection, self.blocked = self.connection, None, False
        LINK_UP.labels(self.name).set(0)
        if self._open.ready():
            self._open = Signal()
        if connection is not None:
            try:
                connection.collect()
            except Exception as error:
                log.debug("link-close-failed", link=self.name, error=repr(error))
            self._lost()


class WriteCoalescer:
    """Has frames written in one turn of the hub leave in one send, by one greenlet.

    That is fewer system calls, and no two greenlets ever write to the socket at once. A failed write cuts the connection; the draining
    greenlet then sees it and reconnects.
    """

    def __init__(self, transport: Any, cut: Callable[[], None]) -> None:
        self._transport, self._cut = transport, cut
        self._waiting: list[bytes] = []
        self._planned = self._sending = False
        self._send = private_parts.take_over_writing(transport, self._write)
        transport.coalescer = self

    def hold(self) -> None:
        """Plans no send for what is written next: `release` will send it."""
        self._planned = True

    def release(self) -> None:
        """Sends all that waits, now: for one who is alone no other frame would come to share the send, and a turn of the hub is saved."""
        if self._sending:
            return  # whoever sends takes these frames along
        self._sending = True
        try:
            while self._waiting:
                frames = b"".join(self._waiting)
                self._waiting.clear()
                self._send(frames)
        except BaseException as error:  # a writer killed in the middle of a frame leaves half of it on the wire
            log.debug("link-write-failed", error=repr(error))
            self._cut()
            if not isinstance(error, Exception):
                raise
        finally:
            self._planned = self._sending = False

    def _write(self, frame: bytes) -> None:
        if not self._transport.connected:
            raise OSError("the broker connection is closed")
        self._waiting.append(bytes(frame))
        if len(self._waiting) >= FULL:
            self.release()
        elif not self._planned:
            self._planned = True
            eventlet.spawn_n(self.release)
