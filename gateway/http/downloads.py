"""Files on their way out: streamed from the file store, never held in memory, never run by a browser."""

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO
from urllib.parse import quote

from gateway.context import Context
from gateway.http.errors import StoredFileMissing
from gateway.http.file_types import clean_name
from gateway.http.request_body import CHUNK
from gateway.http.requests import Request
from gateway.http.responses import Response, matches, not_modified, quoted
from services.common.documents.files import FileStore
from services.common.kernel.errors import NotFound
from services.contracts.applications.shapes import StoredFile

HEIC, JPEG = "image/heic", "image/jpeg"
# What a browser shows without running anything of it; a HEIC, which few of them show, as a JPEG.
SHOWN = frozenset({"application/pdf", JPEG, "image/png", HEIC})


def show(context: Context, stored: StoredFile) -> Response:
    """Gives a stored file to be shown within a page of ours where its type allows that, else as an attachment.

    A telephone's picture is turned into a JPEG each time that it is looked at: what was received stays what it was, and there is no copy
    to destroy with it. Raises StoredFileMissing, FileTooComplex, FilesNotOpened.
    """
    if stored.media_type != HEIC:
        return download(context.services.files, stored, context.request, shown=stored.media_type in SHOWN)
    with _opened(context.services.files, stored) as file:
        picture = context.services.opener.shown(file, str(context.caller.account_id or context.caller.name))
    return _sent(picture, replace(stored, media_type=JPEG), "inline", [("Cache-Control", "private, no-store")])


def download(files: FileStore, stored: StoredFile, request: Request, shown: bool = False) -> Response:
    """Gives a stored file as an attachment, or to be `shown` within a page of ours.

    Raises StoredFileMissing if the store has lost what a service says is there.
    """
    headers = [("ETag", quoted(stored.sha256)), ("Cache-Control", "private, no-store")]
    if matches(request.header("If-None-Match"), stored.sha256):
        return not_modified(headers)
    return _sent(_opened(files, stored), stored, "inline" if shown else "attachment", headers)


def _opened(files: FileStore, stored: StoredFile) -> BinaryIO:
    try:
        return files.open(stored.sha256)
    except NotFound as error:
        raise StoredFileMissing(stored.sha256) from error


def _sent(file: BinaryIO, stored: StoredFile, how: str, headers: list[tuple[str, str]]) -> Response:
    told = [
        ("Content-Type", stored.media_type),
        ("Content-Length", str(os.fstat(file.fileno()).st_size)),
        ("Content-Disposition", attachment(clean_name(stored.file_name, stored.media_type), how)),
    ]
    return Response(200, Chunks(file), [*told, *headers], framed=how == "inline")


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
