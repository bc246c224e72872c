"""A look at a file by ClamAV's daemon, streamed to it over its own protocol (INSTREAM of clamd(8)).

The clients that there are on PyPI are unkept since 2014 (clamd) or under a licence that would bind us (clamav-client, GPL), and neither has a
deadline for the whole.
"""

import socket
import struct
from typing import BinaryIO

import eventlet

CHUNK = 65_536
_LONGEST_ANSWER = 4_096
_CLEAN, _FOUND = "stream: OK", " FOUND"


class NotScanned(Exception):
    """The daemon is away, too slow, or did not take the file: nothing is known about it."""


class Clamd:
    """The daemon at `address`: host:port, or the path of its socket. One scan may take `within_s` seconds."""

    def __init__(self, address: str, within_s: float) -> None:
        host, colon, port = address.rpartition(":")
        if not address.startswith("/") and not (colon and host and port.isdigit()):
            raise ValueError(f"CLAMD_ADDRESS is host:port or the path of a socket, not {address!r}")
        self._path = address if address.startswith("/") else ""
        self._place = (host.strip("[]"), 0 if self._path else int(port))
        self._within_s = within_s

    def scan(self, file: BinaryIO) -> str | None:
        """Gives the name of the malware found in a file, or nothing. Raises NotScanned."""
        try:
            with eventlet.Timeout(self._within_s, NotScanned("no answer in time")), self._line() as line:
                line.sendall(b"zINSTREAM\0")
                while chunk := file.read(CHUNK):
                    line.sendall(struct.pack("!L", len(chunk)) + chunk)
                line.sendall(struct.pack("!L", 0))
                return _verdict(_answer(line))
        except OSError as error:
            raise NotScanned(f"{type(error).__name__}: {error.strerror or error}") from error

    def _line(self) -> socket.socket:
        if not self._path:
            return socket.create_connection(self._place)
        line = socket.socket(socket.AF_UNIX)
        try:
            line.connect(self._path)
        except BaseException:
            line.close()
            raise
        return line


def _answer(line: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < _LONGEST_ANSWER:
        part = line.recv(_LONGEST_ANSWER)
        if not part:
            break
        said += part
    return said.rstrip(b"\0").decode("utf-8", "replace")


def _verdict(answer: str) -> str | None:
    # What is neither clean nor found, such as a file too long for the daemon or one that it could not open, is not known to be clean.
    if answer == _CLEAN:
        return None
    if answer.endswith(_FOUND):
        return answer.removesuffix(_FOUND).removeprefix("stream: ")
    raise NotScanned(answer or "it hung up")
