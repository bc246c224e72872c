"""The line to one client: bytes in and out of its socket, each wait bounded, and how the line ends."""

import socket
import struct
import time
from typing import Any

from eventlet.event import Event

from gateway.server.pace import Pace
from gateway.server.waiting import ClientGone, Phase, Waiter
from services.common.observability.logs import get_logger

PIECE = 65_536
# A client that is still sending when it is refused must be let finish, or it never reads why: so much, so long.
_DRAINED_BYTES, _DRAINED_S = 64_000_000, 3.0
_RESET = struct.pack("ii", 1, 0)  # closing resets the connection, and what was not sent yet is dropped
log = get_logger("http")


class Line(Waiter):
    """A client's socket; `ahead` is what it sent beyond what was asked for, never more than one receiving brings."""

    def __init__(self, sock: Any, pace: Pace) -> None:
        super().__init__(sock.fileno())
        self._socket, self._pace = sock, pace
        self.ahead = b""
        self.closed = Event()

    def go_on(self) -> None:
        """Moves the deadline as the pace of this phase allows."""
        self.deadline = self._pace.deadline(self.since, self.moved, time.monotonic())

    def receive(self, most: int) -> bytes:
        """Waits for the client's next bytes, at most so many; none when it has ended. Raises TooSlow, GaveWay."""
        while True:
            self.wait()
            try:
                data: bytes = self._socket.recv(most)
            except BlockingIOError:
                continue
            except OSError:
                return b""
            self.moved += len(data)
            return data

    def send(self, data: bytes) -> None:
        """Sends all of it; raises TooSlow, GaveWay, ClientGone."""
        sent = self._send_some(data) if data else 0
        if sent == len(data):
            return
        if self.phase is not Phase.ANSWER:
            self.enter(Phase.ANSWER, 0)
        rest = memoryview(data)[sent:]
        while rest:
            self.go_on()
            self.wait(write=True)
            sent = self._send_some(rest)
            self.moved += sent
            rest = rest[sent:]

    def leave(self) -> None:
        """Says that nothing more comes from here, and lets the client finish; raises TooSlow, GaveWay.

        Closing while more arrives would reset the connection, and the client might never see the answer.
        """
        self.enter(Phase.LEAVING, _DRAINED_S)
        try:
            self._socket.shutdown(socket.SHUT_WR)
        except OSError as error:
            log.debug("refused-client-gone", error=repr(error))
        while self.moved < _DRAINED_BYTES and self.receive(PIECE):
            pass

    def reset(self) -> None:
        """Has the closing tell the client that this was not all."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    def close(self) -> None:
        """Closes the socket."""
        self._socket.close()
        self.closed.send()

    def _send_some(self, data: bytes | memoryview) -> int:
        try:
            sent: int = self._socket.send(data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise ClientGone() from error
        return sent
