"""HTTP on one connection: eventlet's protocol, stricter about where a request ends, and with problem documents for what it cannot read."""

import re
import socket
import time
from http import HTTPStatus
from http.client import HTTPMessage
from typing import Any

import eventlet
from eventlet import wsgi

from gateway.errors import AddressTooLong, BodyTooSlow, HeadersTooLarge, MalformedRequest
from gateway.problems import problem
from gateway.requests import Request
from gateway.security_headers import API_POLICY, security_headers
from services.common.errors import ServiceError
from services.common.logs import get_logger

LONGEST_REQUEST_LINE = 8192
SLOWEST_HEADERS_S = 15.0
_LENGTH = re.compile(r"[0-9]{1,18}", re.ASCII)
# No folded lines, no spaces before the colon, no control characters: the library would read them in a manner of its own.
_HEADER = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00-\x08\x0a-\x1f\x7f]*\r?\n")
_END = {b"\r\n", b"\n"}
# What nearly all clients send first; any other line is left to the library to read or refuse.
_USUAL = re.compile(rb"([A-Z]{1,16}) (/|/[!-.0-~][!-~]*) HTTP/1\.1\r\n")
_MOST_HEADERS, _LONGEST_LINE = 100, 65_537
# A client that is still sending when it is refused must be let finish, or it never reads why: so much, so long.
_DRAINED_BYTES, _DRAINED_S, _PIECE = 64_000_000, 3.0, 65_536
_LINGER_S = 1.0
log = get_logger("http")


class _UnsoundHeader(ValueError):
    """A line among the headers is no header, or the headers end too early."""


class _HeadersTooSlow(Exception):
    """The headers came so slowly that the connection is better given to somebody else."""


class _HeaderLines:
    """The lines of the headers, each looked at before the library reads it."""

    def __init__(self, lines: Any) -> None:
        self._lines = lines

    def readline(self, size: int = -1) -> bytes:
        line: bytes = self._lines.readline(size)
        if line not in _END and not _HEADER.fullmatch(line):
            raise _UnsoundHeader()
        return line


def sound_framing(headers: HTTPMessage) -> bool:
    """Says whether every server would agree where the request ends (RFC 9112).

    One that does not, behind a proxy that reads it otherwise, would let a client put a request of its own before someone else's.
    """
    lengths, encodings = headers.get_all("Content-Length", []), headers.get_all("Transfer-Encoding", [])
    if encodings:
        return not lengths and [one.strip().lower() for one in encodings] == ["chunked"]
    return len(lengths) <= 1 and all(_LENGTH.fullmatch(one.strip()) for one in lengths)


class Protocol(wsgi.HttpProtocol):
    """HTTP as eventlet speaks it, which the application may tell to end the connection after a response."""

    def get_environ(self) -> dict[str, Any]:
        """Gives the WSGI environment with `gateway.close`."""
        environ = super().get_environ()
        environ["gateway.close"] = self._close
        return environ

    def parse_request(self) -> bool:
        """Reads the request line and the headers; answers itself, and says False, when they are not sound."""
        self.headers = HTTPMessage()  # not those of the request before on this connection
        usual = _USUAL.fullmatch(self.raw_requestline)
        try:
            with eventlet.Timeout(SLOWEST_HEADERS_S, _HeadersTooSlow()):
                if usual:
                    self._read_headers(usual)
                    return self._is_sound()
                self.rfile = _HeaderLines(self.rfile)  # type: ignore[has-type]  # eventlet puts the stream back
                if not super().parse_request():
                    return False
        except _HeadersTooSlow:
            self._refuse(BodyTooSlow())
            return False
        except (wsgi.HeaderLineTooLong, wsgi.HeadersTooLarge):
            self._refuse(HeadersTooLarge())
            return False
        except _UnsoundHeader:
            self._refuse(MalformedRequest())
            return False
        return self._is_sound()

    def _read_headers(self, line: re.Match[bytes]) -> None:
        # The library would give the headers to its parser of mails, which takes as long as all the rest of a request's reading.
        method, path = line.groups()
        self.command, self.path, self.request_version = method.decode(), path.decode(), "HTTP/1.1"
        self.requestline = self.raw_requestline.decode("latin-1").rstrip("\r\n")
        for _ in range(_MOST_HEADERS):
            header: bytes = self.rfile.readline(_LONGEST_LINE)
            if header in _END:
                break
            if not _HEADER.fullmatch(header):
                raise _UnsoundHeader()
            name, _, value = header.decode("latin-1").partition(":")
            self.headers[name] = value.strip()
        else:
            raise wsgi.HeadersTooLarge()
        self.close_connection = self.headers.get("Connection", "").lower() == "close"
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.handle_expect_100()

    def _is_sound(self) -> bool:
        if self.path.startswith("/") and sound_framing(self.headers):
            return True
        self._refuse(MalformedRequest())
        return False

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuses what the standard library cannot read, in our words instead of a page of its own that quotes the client."""
        self._refuse(HeadersTooLarge() if code == HeadersTooLarge.status else MalformedRequest())

    def log_message(self, format: str, *args: Any) -> None:
        """Keeps the standard library's own lines, which quote what a client sent, out of the log."""
        log.debug("malformed-request")

    def _read_request_line(self) -> bytes:
        # eventlet's own answer to a line that is too long has no body, and its time is that between two bytes.
        line = b""
        with eventlet.Timeout(self.server.keepalive, False):
            line = super()._read_request_line()
        if len(line) < LONGEST_REQUEST_LINE:
            return line
        self.headers = HTTPMessage()
        self._refuse(AddressTooLong())
        return b""

    def _refuse(self, error: ServiceError) -> None:
        self.close_connection = True  # where the next request would begin, nobody knows
        request = Request(
            {
                "REQUEST_METHOD": "",
                "PATH_INFO": "/",
                "HTTP_ACCEPT_LANGUAGE": self.headers.get("Accept-Language", ""),
                "HTTP_X_CORRELATION_ID": self.headers.get("X-Correlation-Id", ""),
            }
        )
        response = problem(error, request)
        headers = [
            *response.headers,
            *security_headers(API_POLICY, behind_tls=False),
            ("X-Correlation-Id", request.correlation_id),
            ("Connection", "close"),
        ]
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        self.wfile.write(f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}\r\n{head}\r\n".encode("latin-1"))
        self.wfile.write(b"".join(response.body))
        self._let_it_be_read()
        log.info("request-refused", code=error.code, status=error.status, correlation_id=request.correlation_id)

    def _let_it_be_read(self) -> None:
        # Closing while more arrives resets the connection, and the client may never see the answer.
        try:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
            with eventlet.Timeout(_LINGER_S, False):
                while self.connection.recv(_PIECE):
                    pass
        except OSError as error:
            log.debug("refused-client-gone", error=repr(error))

    def _close(self) -> None:
        self.close_connection = True
        self.environ["eventlet.posthooks"].append((_drain, (self.environ["eventlet.input"],), {}))


def _drain(_environ: dict[str, Any], body: Any) -> None:
    if body.should_send_hundred_continue:
        return
    until, left = time.monotonic() + _DRAINED_S, _DRAINED_BYTES
    with eventlet.Timeout(_DRAINED_S, False):
        try:
            while left > 0 and time.monotonic() < until and (piece := body.read(_PIECE)):
                left -= len(piece)
        except (OSError, ValueError) as error:
            log.debug("body-not-drained", error=repr(error))
