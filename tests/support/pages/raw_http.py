"""HTTP by hand on a real socket: what no library would send, or not in this order."""

import socket
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import orjson

from tests.support.waiting import PATIENCE_S


def connect(base: str, timeout: float = PATIENCE_S) -> socket.socket:
    """Opens a connection to a server's address."""
    return socket.create_connection((urlsplit(base).hostname, urlsplit(base).port), timeout=timeout)


def until_closed(connection: socket.socket) -> bytes:
    """Reads all that still comes; a connection that is reset has ended too."""
    received = b""
    with suppress(ConnectionError):
        while piece := connection.recv(65_536):
            received += piece
    return received


def until(connection: socket.socket, words: bytes) -> bytes:
    """Reads until `words` have come."""
    received = b""
    while words not in received:
        piece = connection.recv(65_536)
        assert piece, received
        received += piece
    return received


def taken_apart(received: bytes) -> tuple[int, dict[str, str], Any]:
    """Gives status, headers and document of the one answer in what was received."""
    head, _, body = received.partition(b"\r\n\r\n")
    assert received.count(b"HTTP/1.") == 1, received
    status, *lines = head.decode().split("\r\n")
    return int(status.split()[1]), dict(line.split(": ", 1) for line in lines), orjson.loads(body)


def say(base: str, data: bytes) -> tuple[int, dict[str, str], Any]:
    """Sends bytes and gives the one answer, which must be the last thing said on the connection."""
    with connect(base) as connection:
        connection.sendall(data)
        return taken_apart(until_closed(connection))


def has_ended(connection: socket.socket) -> bool:
    """Says whether the other side has ended the connection; what it still said is dropped."""
    connection.setblocking(False)
    try:
        while connection.recv(65_536):
            pass
    except BlockingIOError:
        return False
    except ConnectionError:
        return True
    finally:
        connection.setblocking(True)
    return True
