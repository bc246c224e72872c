"""Opening what people upload: a program of its own, so that no file can hold up or end the gateway (`python -m gateway.opening`).

It is handed one file as its standard input, holds itself to limits before it reads the first byte, and writes what it found. It knows no
secret, is given no environment and needs no address. `gateway/http/file_opener.py` starts it.
"""

from enum import StrEnum


class Verdict(StrEnum):
    """What was found; anything else that the program may write or do means that the file was too much for it."""

    GOOD = "good"
    PASSWORD = "password"  # noqa: S105 - none: it says that one is needed
    DAMAGED = "damaged"
    NO_PAGE = "no page"
    TOO_MANY_PIXELS = "too many pixels"


class Found(Exception):
    """Ends the looking with what was found."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict)
        self.verdict = verdict


# It could not begin to look: a library is missing, or there is no memory at all. Nothing is known about the file.
NOT_BEGUN = 3
OPENED = frozenset({"application/pdf", "image/jpeg", "image/png", "image/heic"})
# A telephone takes up to 50 or 108 million, a page scanned at 1200 dots an inch has 139; a decompression bomb has thousands of millions.
MOST_PIXELS = {"image/jpeg": 150_000_000, "image/png": 150_000_000, "image/heic": 50_000_000}
