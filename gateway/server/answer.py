"""How an answer is written: its head, where its body ends, and what is done when the application breaks its own word."""

import time
from collections.abc import Iterable
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from gateway.http.responses import Headers

_BODYLESS = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
_LINE_ENDS = str.maketrans("", "", "\r\n\0")


class Broken(Exception):
    """The application's answer cannot be finished as it was begun: only a cut connection tells the client so."""


class UnsoundHeader(ValueError):
    """A header of the answer would end its line, and begin another."""


class Answer:
    """One answer: what the application said of it, and how its body is framed."""

    def __init__(self, bodyless: bool = False, old: bool = False) -> None:
        # To HEAD; to a client of HTTP/1.0, for which the end of the connection is that of a body without a length.
        self._bodyless, self._old = bodyless, old
        self._status, self._headers = "", Headers()
        self._left: int | None = None
        self._chunked = False
        self.begun = False

    def start(self, status: str, headers: Headers, exc_info: Any = None) -> None:
        """Takes status and headers, as WSGI's start_response."""
        self._status, self._headers = status, headers

    def head(self, length: int | None, close: bool) -> bytes:
        """Gives the head of a body of `length` bytes, or of one that is not all there yet; raises UnsoundHeader, UnicodeEncodeError."""
        told = self._told_length()
        self._bodyless = self._bodyless or int(self._status[:3]) in _BODYLESS
        lines = [f"HTTP/1.1 {self._status}"]
        lines += [f"{name}: {value}" for name, value in self._headers]
        lines.append(f"Date: {_date(int(time.time()))}")
        if told is None and not self._bodyless:
            if length is not None:
                told = length
                lines.append(f"Content-Length: {length}")
            elif not self._old:
                self._chunked = True
                lines.append("Transfer-Encoding: chunked")
        lines.append("Connection: close" if close else "Connection: keep-alive")
        for line in lines:
            if not line.isprintable() and line.translate(_LINE_ENDS) != line:
                raise UnsoundHeader()
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        self.begun = True
        self._left = None if self._bodyless else told
        return head

    def piece(self, piece: bytes) -> bytes:
        """Gives the bytes for a piece of the body; raises Broken for more than was announced."""
        if self._bodyless:
            return b""
        if self._chunked:  # an empty piece would be the end
            return b"%x\r\n%b\r\n" % (len(piece), piece) if piece else b""
        if self._left is not None:
            self._left -= len(piece)
            if self._left < 0:
                raise Broken()
        return piece

    def end(self) -> bytes:
        """Gives the bytes that end the body; raises Broken if less came than was announced."""
        if self._chunked:
            return b"0\r\n\r\n"
        if self._left:
            raise Broken()
        return b""

    def _told_length(self) -> int | None:
        for name, value in self._headers:
            if name.lower() == "content-length":
                return int(value)
        return None


def pieces_of(body: Iterable[bytes]) -> tuple[bytes, Any]:
    """Gives the first piece and the rest of a body, or all of it and None where it is there as a whole."""
    if isinstance(body, list | tuple):
        return (body[0] if len(body) == 1 else b"".join(body)), None
    rest = iter(body)
    return next(rest, b""), rest


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)
