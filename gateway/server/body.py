"""A request's body on its way in: what is small is here before the application is, what is larger comes as the application reads."""

import io
from collections.abc import Callable
from typing import Any

from gateway.http.errors import MalformedBody
from gateway.server.line import PIECE, Line
from gateway.server.places import SlowBodies, client_of
from gateway.server.reading import Reading
from gateway.server.waiting import Phase, TooSlow, WaitEnded
from gateway.settings import GatewaySettings

_CHUNKS_PIECE = 16_384  # small chunks cost far more than their bytes: others come in between
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class BodyCut(ConnectionError):
    """The client ended before its body did, or what it sends is none."""


class BodyIntake:
    """Takes the bodies of one connection's requests."""

    def __init__(self, line: Line, reading: Reading, settings: GatewaySettings, slow_bodies: SlowBodies) -> None:
        self._line, self._reading, self._settings, self._slow_bodies = line, reading, settings, slow_bodies
        self._expected = False  # the client waits for our 100
        self._untouched = False  # the application has asked for nothing of it yet

    def take(self, environ: dict[str, Any]) -> Any:
        """Gives the body: all of it if it is small, else what reads it.

        Only with its small body does a request take its place among those under way, so that bodies that trickle keep nobody out.
        Raises MalformedBody, TooManyRequests, Busy, TooSlow, GaveWay.
        """
        line, reading, most = self._line, self._reading, self._settings.small_body
        if reading.complete:
            return io.BytesIO()
        self._expected = environ.get("HTTP_EXPECT", "").lower() == "100-continue" and environ["SERVER_PROTOCOL"] == "HTTP/1.1"
        line.enter(Phase.BODY, self._settings.quick_body_s)
        pieces, size, placed = [], 0, False
        while not self._expected and (reading.left or 0) + size <= most:
            try:
                piece = self._piece()
            except TooSlow:
                if placed:
                    raise
                placed = self._place(environ)
                continue
            pieces.append(piece)
            size += len(piece)
            if reading.complete:
                self.done()
                return io.BytesIO(b"".join(pieces))
            if placed:
                line.go_on()
        if not placed:
            self._place(environ)
        self._untouched = True
        return io.BufferedReader(_ArrivingBody(b"".join(pieces), self._more), PIECE)

    def done(self) -> None:
        """Gives back the body's place, if it had one."""
        self._slow_bodies.leave(self._line)

    def _place(self, environ: dict[str, Any]) -> bool:
        self._slow_bodies.take(self._line, client_of(environ, self._settings.trust_forwarded))
        self._line.go_on()
        return True

    def _more(self) -> bytes:
        """Gives more of a body that the application reads, nothing at its end; raises BodyCut, TimeoutError."""
        try:
            if self._expected:
                self._expected = False
                self._line.send(_CONTINUE)
            if self._untouched:  # the time that the application took before it is not the client's
                self._untouched = False
                self._line.enter(Phase.BODY, 0)
            while not self._reading.complete:
                self._line.go_on()
                if piece := self._piece():
                    return piece
        except MalformedBody as error:
            raise BodyCut() from error
        except WaitEnded as error:
            raise TimeoutError() from error
        return b""

    def _piece(self) -> bytes:
        line, left = self._line, self._reading.left
        data, line.ahead = line.ahead, b""  # what cannot be read is not looked at again
        if data:
            line.moved += len(data)
        else:
            data = line.receive(_CHUNKS_PIECE if left is None else min(left, PIECE))
        if not data:
            raise MalformedBody()
        line.ahead = self._reading.body(data)
        return self._reading.take()


class _ArrivingBody(io.RawIOBase):
    """The rest of a body, read from the connection only as the application asks for it."""

    def __init__(self, begun: bytes, more: Callable[[], bytes]) -> None:
        self._here, self._more = memoryview(begun), more

    def readable(self) -> bool:
        """Says that it can be read."""
        return True

    def readinto(self, into: Any) -> int:
        """Reads as much as there is, at most as much as fits; nothing at the end. Raises BodyCut, TimeoutError."""
        if not self._here:
            self._here = memoryview(self._more())
        taken = min(len(into), len(self._here))
        into[:taken] = self._here[:taken]
        self._here = self._here[taken:]
        return taken
