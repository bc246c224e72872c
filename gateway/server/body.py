"""A request's body on its way in: what is small is here before the application is, what is larger comes as the application reads."""

import io
from collections.abc import Callable
from typing import Any

from gateway.errors import MalformedBody


class BodyCut(ConnectionError):
    """The client ended before its body did, or what it sends is none."""


class ArrivingBody(io.RawIOBase):
    """The rest of a body, read from the connection only as the application asks for it.

    Raises TimeoutError for one that comes too slowly and BodyCut for one that does not come whole; the application never takes what
    was read of it for all of it.
    """

    def __init__(self, begun: bytes, more: Callable[[], bytes]) -> None:
        self._here, self._more = memoryview(begun), more

    def readable(self) -> bool:
        """Says that it can be read."""
        return True

    def readinto(self, into: Any) -> int:
        """Reads as much as there is, at most as much as fits; nothing at the end."""
        if not self._here:
            try:
                self._here = memoryview(self._more())
            except MalformedBody as error:
                raise BodyCut() from error
        taken = min(len(into), len(self._here))
        into[:taken] = self._here[:taken]
        self._here = self._here[taken:]
        return taken
