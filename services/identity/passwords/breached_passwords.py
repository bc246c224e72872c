"""Passwords that are known from breaches: a sorted file of SHA-1 digests, searched where it lies.

The file is that of Pwned Passwords as its downloader writes it: lines `DIGEST:COUNT` in the order of the digests, 40 hexadecimal
capitals each. It has some forty gigabytes, so that nothing of it is loaded: a search reads about as many lines as the logarithm of its size.
"""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from eventlet import tpool

_DIGITS = 40
_LONGEST_LINE = 64


class UnfitFile(ValueError):
    """The file cannot be read, or is no list of SHA-1 digests."""


class BreachedPasswords:
    """The list in a file; looked at when made, so that a wrong one keeps the service from starting. Raises UnfitFile."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                first = _digest_in(file.readline(_LONGEST_LINE))
        except OSError as error:
            raise UnfitFile(f"{path} cannot be read: {error.strerror}") from None
        if len(first) != _DIGITS or not all(digit in b"0123456789ABCDEF" for digit in first):
            raise UnfitFile(f"{path} has no lines of a SHA-1 digest in capitals, a colon and a count")

    def has(self, password: str) -> bool:
        """Says whether the password is in the list. Other requests of the process go on meanwhile."""
        wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        return bool(tpool.execute(self._search, wanted))

    def _search(self, wanted: bytes) -> bool:
        with self._path.open("rb") as file:
            low, high = 0, os.fstat(file.fileno()).st_size  # the line wanted, if there is one, begins in [low, high)
            while low < high:
                middle = (low + high) // 2
                start, line = _line_from(file, middle)
                found = _digest_in(line)
                if found == wanted:
                    return True
                if not found or found > wanted:
                    high = middle
                else:
                    low = start + len(line)
        return False


def _line_from(file: BinaryIO, place: int) -> tuple[int, bytes]:
    """Gives the first line that begins at `place` or later, with where it begins; no line at the end."""
    if place:
        file.seek(place - 1)
        place = place - 1 + len(file.readline(_LONGEST_LINE))
    else:
        file.seek(0)
    return place, file.readline(_LONGEST_LINE)


def _digest_in(line: bytes) -> bytes:
    return line.partition(b":")[0].strip()
