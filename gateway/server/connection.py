"""One connection: requests are read, answered and, if they keep it, followed by the next, all in one greenlet."""

import io
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import eventlet
from eventlet.event import Event

from gateway.errors import AddressTooLong, BodyTooSlow, HeadersTooLarge, InternalError, MalformedBody, MalformedRequest
from gateway.server.answer import Answer, pieces_of
from gateway.server.body import ArrivingBody, BodyCut
from gateway.server.pace import Pace
from gateway.server.places import SlowBodies, client_of
from gateway.server.reading import END_OF_HEAD, LONGEST_LINE, Reading, looks_sound
from gateway.server.refusals import refusal
from gateway.server.waiting import ClientGone, Phase, TooSlow, WaitEnded, Waiter
from gateway.settings import GatewaySettings
from services.common.errors import ServiceError
from services.common.logs import get_logger

_HEAD_PIECE, _BODY_PIECE, _CHUNKS_PIECE = 16_384, 65_536, 16_384
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
# A client that is still sending when it is refused must be let finish, or it never reads why: so much, so long.
_DRAINED_BYTES, _DRAINED_S = 64_000_000, 3.0
_EMPTY_LINE = b"\r\n"  # one before a request is forgiven (RFC 9112, 2.2)
_IN_A_ROW = 16
_RESET = struct.pack("ii", 1, 0)  # closing resets the connection, and what was not sent yet is dropped
log = get_logger("http")


@dataclass
class Shared:
    """What all connections of a server have in common; `stopping` once no further request is taken."""

    application: Callable[..., Any]
    settings: GatewaySettings
    slow_bodies: SlowBodies
    stopping: bool = False

    def __post_init__(self) -> None:
        self.pace = Pace(self.settings)


class Connection(Waiter):
    """Serves one client's connection until either side ends it."""

    def __init__(self, sock: Any, environ: dict[str, Any], shared: Shared) -> None:
        super().__init__(sock.fileno())
        self._socket, self._shared, self._settings = sock, shared, shared.settings
        self._reading = Reading(environ)
        self._buffer = b""
        self._in_a_row = 0
        self.ended = Event()
        self._expected = self._untouched = (
            False  # whether the client waits for our 100, and nothing of the body was asked for yet
        )

    def serve(self) -> None:
        """Serves, and closes the socket."""
        try:
            while self._one_request():
                pass
        except WaitEnded as error:  # in the middle of an answer, or after it
            log.debug("connection-ended", error=repr(error))
            self._reset()
        finally:
            self._shared.slow_bodies.leave(self)
            self._socket.close()
            self.ended.send()
            del self._reading  # llhttp and it hold each other

    def _one_request(self) -> bool:
        self._reading.begin()
        try:
            raw = self._head()
            if raw is None:
                return False
            environ = self._reading.head(raw)
            environ["wsgi.input"] = self._body(environ)
        except ServiceError as error:
            return self._refuse(error)
        except WaitEnded as error:
            told = self.phase is Phase.BODY or (self.phase is Phase.HEAD and isinstance(error, TooSlow))
            return self._refuse(BodyTooSlow()) if told else False
        began = time.monotonic()
        keep = self._answer(environ)
        self._shared.slow_bodies.leave(self)
        if keep and self._buffer:
            self._let_others_come_first(time.monotonic() - began)
        else:
            self._in_a_row = 0
        return keep

    def _let_others_come_first(self, took_s: float) -> None:
        # Its next request was here before it had the answer to this one: it has a share of our time, not all of it.
        self._in_a_row += 1
        eventlet.sleep(took_s if self._in_a_row > _IN_A_ROW else 0)

    def _head(self) -> bytes | None:
        """Gives the next head, or nothing if there is none any more; raises AddressTooLong, HeadersTooLarge, MalformedRequest."""
        self.enter(Phase.IDLE, self._settings.keep_alive_s)
        buffer = self._buffer.removeprefix(_EMPTY_LINE)
        while (end := buffer.find(END_OF_HEAD)) < 0:
            if buffer:
                self._look_at_begun(buffer)
            data = b"" if self._shared.stopping else self._receive(_HEAD_PIECE)
            if not data:
                return None
            if self.phase is Phase.IDLE:
                self.enter(Phase.HEAD, self._settings.slowest_head_s)
            buffer = (buffer + data).removeprefix(_EMPTY_LINE)
        end += len(END_OF_HEAD)
        self._buffer = buffer[end:]
        return None if self._shared.stopping else buffer[:end]

    def _look_at_begun(self, buffer: bytes) -> None:
        if len(buffer) > LONGEST_LINE and _EMPTY_LINE not in buffer[:LONGEST_LINE]:
            raise AddressTooLong()
        if len(buffer) > self._settings.largest_head:
            raise HeadersTooLarge()
        if not looks_sound(buffer):
            raise MalformedRequest()

    def _body(self, environ: dict[str, Any]) -> Any:
        """Gives the body: all of it if it is small, else what reads it. Raises MalformedBody, TooManyRequests, Busy."""
        reading, settings = self._reading, self._settings
        if reading.complete:
            return io.BytesIO()
        self._expected = environ.get("HTTP_EXPECT", "").lower() == "100-continue" and environ["SERVER_PROTOCOL"] == "HTTP/1.1"
        self.enter(Phase.BODY, settings.quick_body_s)
        pieces, size, placed = [], 0, False
        # Only with its body does a request take its place among those under way, so that nobody is kept out by bodies that trickle.
        while not self._expected and (reading.left or 0) + size <= settings.small_body:
            try:
                piece = self._piece()
            except TooSlow:
                if placed:
                    raise
                self._take_place(environ)
                placed = True
                continue
            pieces.append(piece)
            size += len(piece)
            if reading.complete:
                self._shared.slow_bodies.leave(self)
                return io.BytesIO(b"".join(pieces))
            if placed:
                self._go_on()
        if not placed:
            self._take_place(environ)
        self._untouched = True
        return io.BufferedReader(ArrivingBody(b"".join(pieces), self._more_of_body), _BODY_PIECE)

    def _take_place(self, environ: dict[str, Any]) -> None:
        self._shared.slow_bodies.take(self, client_of(environ, self._settings.trust_forwarded))
        self._go_on()

    def _go_on(self) -> None:
        self.deadline = self._shared.pace.deadline(self.since, self.moved, time.monotonic())

    def _more_of_body(self) -> bytes:
        """Gives more of a body that the application reads, nothing at its end; raises BodyCut, TimeoutError."""
        try:
            if self._expected:
                self._expected = False
                self._send(_CONTINUE)
            if self._untouched:  # the time that the application took before it is not the client's
                self._untouched = False
                self.enter(Phase.BODY, 0)
            while not self._reading.complete:
                self._go_on()
                if piece := self._piece():
                    return piece
        except MalformedBody as error:
            raise BodyCut() from error
        except WaitEnded as error:
            raise TimeoutError() from error
        return b""

    def _piece(self) -> bytes:
        reading, data = self._reading, self._buffer
        if not data:
            left = reading.left
            data = self._receive(_CHUNKS_PIECE if left is None else min(left, _BODY_PIECE))
            if not data:
                raise MalformedBody()
        self.moved += len(data)
        self._buffer = b""  # what cannot be read is not looked at again
        self._buffer = reading.body(data)
        return reading.take()

    def _answer(self, environ: dict[str, Any]) -> bool:
        answer = Answer(environ["REQUEST_METHOD"] == "HEAD", environ["SERVER_PROTOCOL"] == "HTTP/1.0")
        body: Any = None
        try:
            body = self._shared.application(environ, answer.start)
            return self._write(answer, body)
        except WaitEnded:
            raise
        except Exception:
            if not answer.begun:
                return self._refuse(InternalError(), failed=True)
            log.exception("unexpected")
            self._reset()  # so that the client sees that this was not all
            return False
        finally:
            if hasattr(body, "close"):
                body.close()

    def _write(self, answer: Answer, body: Any) -> bool:
        piece, rest = pieces_of(body)
        read = self._reading.complete
        keep = self._reading.keep and read and not self._shared.stopping
        self._send(answer.write(piece, whole=rest is None, close=not keep))
        for piece in rest or ():
            eventlet.sleep(0)  # a client that reads quickly would let nobody else come
            self._send(answer.more(piece))
        self._send(answer.end())
        if not read:
            self._leave()
        return keep

    def _refuse(self, error: ServiceError, failed: bool = False) -> bool:
        environ = self._reading.environ
        refused = refusal(error, environ, self._settings.behind_tls)
        if failed:
            log.exception("unexpected", correlation_id=refused.correlation_id)
        else:
            log.info("request-refused", code=error.code, status=error.status, correlation_id=refused.correlation_id)
        answer = Answer(environ.get("REQUEST_METHOD") == "HEAD")
        answer.start(refused.status, refused.headers)
        self._send(answer.write(refused.body, whole=True, close=True))
        self._leave()
        return False

    def _leave(self) -> None:
        # Closing while more arrives resets the connection, and the client may never see the answer.
        self._shared.slow_bodies.leave(self)
        self.enter(Phase.LEAVING, _DRAINED_S)
        left = _DRAINED_BYTES
        try:
            self._socket.shutdown(socket.SHUT_WR)
            while left > 0 and (data := self._receive(_BODY_PIECE)):
                left -= len(data)
        except OSError as error:
            log.debug("refused-client-gone", error=repr(error))

    def _receive(self, most: int) -> bytes:
        """Waits for the client's next bytes, at most so many; none when it has ended. Raises TooSlow, GaveWay."""
        while True:
            self.wait()
            try:
                return self._socket.recv(most)
            except BlockingIOError:
                continue
            except OSError:
                return b""

    def _send(self, data: bytes) -> None:
        """Sends all of it; raises TooSlow, GaveWay, ClientGone."""
        sent = self._send_some(data) if data else 0
        if sent == len(data):
            return
        if self.phase is not Phase.ANSWER:
            self.enter(Phase.ANSWER, 0)
        rest = memoryview(data)[sent:]
        while rest:
            self._go_on()
            self.wait(write=True)
            sent = self._send_some(rest)
            self.moved += sent
            rest = rest[sent:]

    def _send_some(self, data: bytes | memoryview) -> int:
        try:
            sent: int = self._socket.send(data)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise ClientGone() from error
        return sent

    def _reset(self) -> None:
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
