"""Files on their way out: streamed from the file store, never held in memory, never run by a browser."""

import os
import unicodedata
from collections.abc import Iterator
from typing import Any, BinaryIO
from urllib.parse import quote

from gateway.bodies import CHUNK
from gateway.errors import StoredFileMissing
from gateway.file_types import clean_name
from gateway.requests import Request
from gateway.responses import Response, matches, not_modified, quoted
from services.common.errors import NotFound
from services.common.files import FileStore

# What a browser shows without running anything of it.
SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png"})


def download(files: FileStore, stored: dict[str, Any], request: Request, shown: bool = False) -> Response:
    """Gives a stored file as an attachment, or to be `shown` within a page of ours where its type allows that.

    Raises StoredFileMissing if the store has lost what a service says is there.
    """
    shown = shown and stored["media_type"] in SHOWN
    headers = [
        ("ETag", quoted(stored["sha256"])),
        ("Cache-Control", "private, no-store"),
        (
            "Content-Disposition",
            attachment(clean_name(stored["file_name"], stored["media_type"]), "inline" if shown else "attachment"),
        ),
    ]
    if matches(request.header("If-None-Match"), stored["sha256"]):
        return not_modified(headers[:2])
    try:
        file = files.open(stored["sha256"])
    except NotFound as error:
        raise StoredFileMissing(stored["sha256"]) from error
    size = os.fstat(file.fileno()).st_size
    headers = [("Content-Type", stored["media_type"]), ("Content-Length", str(size)), *headers]
    return Response(200, Chunks(file), headers, framed=shown)


class Chunks:
    """A file as a WSGI body: read piece by piece as the client takes it, closed when it is sent or given up."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._file.read(CHUNK):
            yield piece

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def attachment(file_name: str, how: str = "attachment") -> str:
    """Writes Content-Disposition with a plain name for old clients and the true one for all others (RFC 6266)."""
    ascii_name = unicodedata.normalize("NFKD", file_name).encode("ascii", "ignore").decode()
    plain = "".join("_" if character in '"\\%' or not character.isprintable() else character for character in ascii_name)
    return f"{how}; filename=\"{plain or 'document'}\"; filename*=UTF-8''{quote(file_name, safe='')}"
