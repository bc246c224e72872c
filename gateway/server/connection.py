"""One connection: requests are read, answered and, if they keep it, followed by the next, all in one greenlet."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import eventlet

from gateway.http.errors import AddressTooLong, BodyTooSlow, HeadersTooLarge, InternalError, MalformedRequest
from gateway.server.answer import Answer, pieces_of
from gateway.server.body import BodyIntake
from gateway.server.line import PIECE, Line
from gateway.server.places import SlowBodies
from gateway.server.reading import EMPTY_LINE, END_OF_HEAD, LONGEST_LINE, Reading, looks_sound
from gateway.server.refusals import refusal
from gateway.server.waiting import Phase, TooSlow, WaitEnded
from gateway.settings import GatewaySettings
from services.common.kernel.errors import ServiceError
from services.common.observability.logs import get_logger

_HEAD_PIECE = 16_384
MOST_IN_A_ROW = 16
log = get_logger("http")


@dataclass
class Shared:
    """What all connections of a server have in common; `stopping` once no further request is taken."""

    application: Callable[..., Any]
    settings: GatewaySettings
    slow_bodies: SlowBodies
    stopping: bool = False


class Connection:
    """Serves one client's connection until either side ends it."""

    def __init__(self, line: Line, environ: dict[str, Any], shared: Shared) -> None:
        self._line, self._shared, self._settings = line, shared, shared.settings
        self._reading = Reading(environ)
        self._intake = BodyIntake(line, self._reading, shared.settings, shared.slow_bodies)
        self._in_a_row = 0

    def serve(self) -> None:
        """Serves, and closes the line."""
        try:
            while self._one_request():
                pass
        except WaitEnded as error:  # in the middle of an answer, or after it
            log.debug("connection-ended", error=repr(error))
            self._line.reset()
        finally:
            self._intake.done()
            self._line.close()
            self._reading.close()

    def _one_request(self) -> bool:
        self._reading.begin()
        try:
            raw = self._head()
            if raw is None:
                return False
            environ = self._reading.head(raw)
            environ["wsgi.input"] = self._intake.take(environ)
        except ServiceError as error:
            return self._refuse(error)
        except WaitEnded as error:
            phase = self._line.phase
            told = phase is Phase.BODY or (phase is Phase.HEAD and isinstance(error, TooSlow))
            return self._refuse(BodyTooSlow()) if told else False
        began = time.monotonic()
        keep = self._answer(environ)
        self._intake.done()
        if keep and self._line.ahead:
            self._let_others_come_first(time.monotonic() - began)
        else:
            self._in_a_row = 0
        return keep

    def _let_others_come_first(self, took_s: float) -> None:
        # Its next request was here before it had the answer to this one: it has a share of our time, not all of it.
        self._in_a_row += 1
        eventlet.sleep(took_s if self._in_a_row > MOST_IN_A_ROW else 0)

    def _head(self) -> bytes | None:
        """Gives the next head, or nothing if there is none any more; raises AddressTooLong, HeadersTooLarge, MalformedRequest."""
        line = self._line
        line.enter(Phase.IDLE, self._settings.keep_alive_s)
        head, line.ahead = line.ahead.removeprefix(EMPTY_LINE), b""
        while (end := head.find(END_OF_HEAD)) < 0:
            if head:
                self._look_at_begun(head)
            data = b"" if self._shared.stopping else line.receive(_HEAD_PIECE)
            if not data:
                return None
            if line.phase is Phase.IDLE:
                line.enter(Phase.HEAD, self._settings.slowest_head_s)
            head = (head + data).removeprefix(EMPTY_LINE)
        end += len(END_OF_HEAD)
        line.ahead = head[end:]
        return None if self._shared.stopping else head[:end]

    def _look_at_begun(self, head: bytes) -> None:
        if len(head) > LONGEST_LINE and EMPTY_LINE not in head[:LONGEST_LINE]:
            raise AddressTooLong()
        if len(head) > self._settings.largest_head:
            raise HeadersTooLarge()
        if not looks_sound(head):
            raise MalformedRequest()

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
            self._line.reset()
            return False
        finally:
            if hasattr(body, "close"):
                body.close()

    def _write(self, answer: Answer, body: Any) -> bool:
        first, rest = pieces_of(body)
        read = self._reading.complete
        keep = self._reading.keep and read and not self._shared.stopping
        self._begin(answer, first, None if rest is not None else len(first), close=not keep)
        for piece in rest or ():
            eventlet.sleep(0)  # a client that reads quickly would let nobody else come
            self._line.send(answer.piece(piece))
        self._line.send(answer.end())
        if not read:
            self._intake.done()
            self._line.leave()
        return keep

    def _begin(self, answer: Answer, first: bytes, length: int | None, close: bool) -> None:
        head, first = answer.head(length, close), answer.piece(first)
        if len(first) <= PIECE:
            self._line.send(head + first)
        else:  # one that many ask for is in memory once, also while all of them take their time
            self._line.send(head)
            self._line.send(first)

    def _refuse(self, error: ServiceError, failed: bool = False) -> bool:
        environ = self._reading.environ
        refused = refusal(error, environ, self._settings)
        if failed:
            log.exception("unexpected", correlation_id=refused.correlation_id)
        else:
            log.info("request-refused", code=error.code, status=error.status, correlation_id=refused.correlation_id)
        answer = Answer(environ.get("REQUEST_METHOD") == "HEAD")
        answer.start(refused.status, refused.headers)
        self._intake.done()
        self._begin(answer, refused.body, len(refused.body), close=True)
        self._line.leave()
        return False
