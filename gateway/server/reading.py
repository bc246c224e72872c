"""What a connection's bytes say: llhttp reads them strictly, and what it lets pass that two servers may read two ways is refused here."""

import re
from typing import Any
from urllib.parse import unquote

import httptools

from gateway.http.errors import AddressTooLong, EncodedBody, HeadersTooLarge, MalformedBody, MalformedRequest, UnknownMethod

EMPTY_LINE = b"\r\n"  # one before a request is forgiven (RFC 9112, 2.2)
END_OF_HEAD = b"\r\n\r\n"
LONGEST_LINE = 8_192
_MOST_HEADERS = 100
# No absolute address, no `*`, no fragment, one space each, and no version but these two.
_REQUEST_LINE = re.compile(rb"([A-Z][A-Z-]*) (/[!\"$-~]*) HTTP/1\.([01])")
_BEGUN_LINE = re.compile(rb"[A-Z][A-Z-]{0,30}( (/[!\"$-~]*( [HTP/.01]{0,8}\r?)?)?)?")
_HOST = re.compile(r"([A-Za-z0-9_.~%-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{0,5})?")
# Where one of these comes twice, one server takes the first and another the last.
_ONCE = frozenset({"HTTP_HOST", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", "HTTP_AUTHORIZATION", "HTTP_EXPECT"})
_WITHOUT_PREFIX = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
# Sizes and extensions of chunks mean nothing here: they may be so much, and so many times what the body itself is.
_CHUNK_LINES, _CHUNK_SHARE = 8_192, 8
_MOST_NAMES = 500
_keys: dict[bytes, str] = {}


class Reading:
    """Reads one connection's requests, one after the other.

    `complete` says that the request was read to its end, `left` how much of its body was not (nothing for one in chunks), `keep`
    whether another may follow on the connection.
    """

    def __init__(self, environ: dict[str, Any]) -> None:
        self._base = self.environ = environ
        self._llhttp = httptools.HttpRequestParser(self)
        self.begin()

    def begin(self) -> None:
        """Forgets the request before."""
        self.environ = self._base.copy()
        self._pieces: list[bytes] = []
        self.complete = self.keep = False
        self.left: int | None = 0
        self._count = self._bytes = self._lines = 0
        self._tail = b""
        self._large = self._doubtful = self._trailers = self._headed = False

    def head(self, raw: bytes) -> dict[str, Any]:
        """Reads a head, from the request line to the empty line, into a WSGI environment.

        Raises MalformedRequest, UnknownMethod, AddressTooLong, HeadersTooLarge, EncodedBody; `environ` then holds what was read until there.
        """
        environ = self.environ
        line = raw[: raw.index(b"\r\n")]
        if len(line) > LONGEST_LINE:
            raise AddressTooLong()
        told = _REQUEST_LINE.fullmatch(line)
        if told is None:
            raise MalformedRequest()
        method, target, minor = told.groups()
        environ["REQUEST_METHOD"] = method.decode()
        environ["SERVER_PROTOCOL"] = "HTTP/1.1" if minor == b"1" else "HTTP/1.0"
        path, _, environ["QUERY_STRING"] = target.decode().partition("?")
        path = "/" + path.lstrip("/")  # with two slashes a link made of it would lead to another host
        environ["PATH_INFO"] = unquote(path, "latin-1") if "%" in path else path
        try:
            self._llhttp.feed_data(raw)
        except httptools.HttpParserUpgrade as error:
            if self.environ.keys() & {"CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"}:  # it takes a body for the other protocol
                raise MalformedRequest() from error
            self._llhttp = httptools.HttpRequestParser(self)  # as if it had not been asked for
            self.keep = False
        except httptools.HttpParserInvalidMethodError as error:
            raise UnknownMethod() from error
        except httptools.HttpParserError as error:
            raise MalformedRequest() from error
        if minor == b"0":
            self.keep = False
        self._check()
        return environ

    def body(self, data: bytes) -> bytes:
        """Reads more of the body, and gives what came after its end; raises MalformedBody."""
        if self.left is None:
            return self._chunks(data)
        rest = data[self.left :]
        self._feed(data if not rest else data[: self.left])
        self.left -= len(data) - len(rest)
        return rest

    def close(self) -> None:
        """Lets llhttp go, which otherwise would be found by the collector only: each of the two holds the other."""
        del self._llhttp

    def take(self) -> bytes:
        """Gives what of the body was read and not taken yet."""
        pieces, self._pieces = self._pieces, []
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _chunks(self, data: bytes) -> bytes:
        # llhttp does not tell where a message ended; but one in chunks can end nowhere except after an empty line.
        window, before = self._tail + data, len(self._tail)
        view, start = memoryview(window), before
        while not self.complete and start < len(window):
            found = window.find(END_OF_HEAD, max(0, start - 3))
            end = len(window) if found < 0 else found + len(END_OF_HEAD)
            self._feed(view[start:end])
            start = end
        self._tail = window[-3:]
        self._lines += start - before
        if self._lines > _CHUNK_LINES + _CHUNK_SHARE * self._bytes:
            raise MalformedBody()
        return window[start:]

    def _feed(self, data: bytes | memoryview) -> None:
        try:
            self._llhttp.feed_data(data)
        except httptools.HttpParserError as error:
            raise MalformedBody() from error
        if self._trailers:
            raise MalformedBody()

    def _check(self) -> None:
        environ = self.environ
        if self._large or self._count > _MOST_HEADERS:
            raise HeadersTooLarge()
        host = environ.get("HTTP_HOST")
        if self._doubtful or (host is None and environ["SERVER_PROTOCOL"] == "HTTP/1.1"):
            raise MalformedRequest()
        if host is not None and not _HOST.fullmatch(host):
            raise MalformedRequest()
        encoding = environ.get("HTTP_TRANSFER_ENCODING")
        if encoding is not None:
            if encoding.lower() != "chunked" or environ["SERVER_PROTOCOL"] == "HTTP/1.0":
                raise MalformedRequest()
            self.left = None
        else:
            self.left = int(environ.get("CONTENT_LENGTH") or 0)
        if environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
            raise EncodedBody()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Takes a header, for llhttp."""
        if self._headed:
            self._trailers = True
            return
        self._count += 1
        if len(name) + len(value) > LONGEST_LINE:
            self._large = True
        if b"_" in name:
            return  # it would count as the same header with hyphens, such as one that only the proxy may write
        key = _keys.get(name) or _key(name)
        text = value.strip(b" \t").decode("latin-1")
        environ = self.environ
        if key not in environ:
            environ[key] = text
        elif key in _ONCE:
            self._doubtful = True
        else:
            environ[key] += ("; " if key == "HTTP_COOKIE" else ",") + text

    def on_headers_complete(self) -> None:
        """Learns that headers which follow are trailers, for llhttp, which forgets with the message whether another may follow."""
        self._headed = True
        self.keep = self._llhttp.should_keep_alive()

    def on_body(self, piece: bytes) -> None:
        """Takes a piece of the body, for llhttp."""
        self._pieces.append(piece)
        self._bytes += len(piece)

    def on_message_complete(self) -> None:
        """Learns that the request ends here, for llhttp."""
        self.complete = True


def looks_sound(begun: bytes) -> bool:
    """Says whether the beginning of a head can still become one that is read, so that nobody need wait for the rest of it."""
    line, ended, _ = begun.partition(EMPTY_LINE)
    expected = _REQUEST_LINE if ended else _BEGUN_LINE
    return expected.fullmatch(line) is not None and begun.count(b"\n") == begun.count(b"\r\n")


def _key(name: bytes) -> str:
    text = name.decode("latin-1").lower()
    key = _WITHOUT_PREFIX.get(text) or "HTTP_" + text.upper().replace("-", "_")
    if len(_keys) < _MOST_NAMES:
        _keys[name] = key
    return key
