"""Files: kept under their SHA-256, so that the same file is kept once and a changed one cannot pass for it. None travels over the bus.

What services make themselves lies apart from what people upload, so that destroying an upload never takes away a paper of the same content.
"""

import errno
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from services.common.kernel.errors import NotFound, ServiceError
from services.common.kernel.text import Text

_MADE, _INCOMING = "made", "incoming"
_FULL = {errno.ENOSPC, errno.EDQUOT}


class FileTooLarge(ServiceError):
    """The upload is larger than the limit."""

    code = "file_too_large"
    status = 413
    title = Text("The file is too large.", "Le fichier est trop volumineux.")
    detail = Text("The largest file we take is {limit_mb} MB.", "La taille maximale d’un fichier est de {limit_mb} Mo.")


class StoreFull(ServiceError):
    """There is no room for uploads at the moment; what services make themselves still finds some (FILES_RESERVE_MB)."""

    code = "storage_full"
    status = 507
    title = Text("We cannot take files at the moment.", "Nous ne pouvons pas recevoir de fichiers en ce moment.")
    detail = Text(
        "Your file was not kept, and nothing else was lost. Please send it again in an hour.",
        "Votre fichier n’a pas été conservé; rien d’autre n’a été perdu. Veuillez l’envoyer de nouveau dans une heure.",
    )


class Upload:
    """A file being written: hashed and counted as it streams, kept only when it is complete."""

    def __init__(self, root: Path, limit: int, folder: str = "") -> None:
        self._kept, self._limit = root / folder, limit
        handle, name = tempfile.mkstemp(dir=root / _INCOMING)
        self._path, self._file = Path(name), os.fdopen(handle, "wb")
        self._digest = hashlib.sha256()
        self.size = 0
        self.head = b""

    def write(self, data: bytes) -> int:
        """Takes the next part; raises FileTooLarge as soon as the limit is passed, StoreFull."""
        self.size += len(data)
        if self.size > self._limit:
            self.abandon()
            raise FileTooLarge(limit_mb=self._limit // 1_000_000)
        if len(self.head) < 8192:
            self.head += data[:8192]
        self._digest.update(data)
        with self._room():
            self._file.write(data)
        return len(data)

    def written(self) -> BinaryIO:
        """Opens what has come so far, for a look at it before it is kept. Raises StoreFull."""
        with self._room():
            self._file.flush()
        return self._path.open("rb")

    def keep(self) -> str:
        """Makes the file durable under its hash and gives the hash (hexadecimal SHA-256). Raises StoreFull."""
        with self._room():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
        sha256 = self._digest.hexdigest()
        place = self._kept / sha256[:2] / sha256
        place.parent.mkdir(parents=True, exist_ok=True)
        self._path.chmod(0o640)
        self._path.replace(place)
        return sha256

    def abandon(self) -> None:
        """Forgets what was written."""
        with suppress(OSError):  # closing writes what is left: where the disk is full, that fails again
            self._file.close()
        self._path.unlink(missing_ok=True)

    @contextmanager
    def _room(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self.abandon()
            if error.errno in _FULL:
                raise StoreFull() from error
            raise


class FileStore:
    """Files in a local folder that the components share; uploads leave `reserve` bytes of its disk free."""

    def __init__(self, root: str | Path, reserve: int = 0) -> None:
        self._root, self._reserve = Path(root), reserve
        (self._root / _INCOMING).mkdir(parents=True, exist_ok=True)

    def receive(self, limit: int) -> Upload:
        """Begins an upload of at most `limit` bytes. Raises StoreFull."""
        disk = os.statvfs(self._root)
        if disk.f_bavail * disk.f_frsize < self._reserve + limit:
            raise StoreFull()
        return Upload(self._root, limit)

    def put(self, content: bytes) -> str:
        """Keeps a whole file that a service made and gives its hash."""
        upload = Upload(self._root, len(content), _MADE)
        upload.write(content)
        return upload.keep()

    def open(self, sha256: str) -> BinaryIO:
        """Opens a file for reading; raises NotFound if there is none under this hash."""
        for place in (self._place(sha256), self._place(sha256, _MADE)):
            with suppress(FileNotFoundError):
                return place.open("rb")
        raise NotFound()

    def remove_upload(self, sha256: str, unless_within_s: float) -> bool:
        """Removes a file that was uploaded, unless that was so lately that a record of it may be on its way; says whether it is gone."""
        place, aside = self._place(sha256), self._root / _INCOMING / f"leaving-{sha256}"
        try:
            if _age_s(place) < unless_within_s:
                return False
            place.replace(aside)
            came_again = _age_s(aside) < unless_within_s  # after the first look
            if came_again:
                aside.replace(place)
            else:
                aside.unlink()
        except FileNotFoundError:
            return True
        return not came_again

    def uploads(self, older_s: float, younger_s: float) -> Iterator[list[str]]:
        """Gives the hashes of the uploads whose content last came so many seconds ago, a folder at a time."""
        for folder in self._root.iterdir():
            if len(folder.name) == 2:
                yield [file.name for file in folder.iterdir() if older_s <= _age_s(file, gone=0) < younger_s]

    def forget_incoming(self, older_s: float) -> int:
        """Removes what is left of uploads that never ended, untouched for so many seconds; gives how many."""
        left = [file for file in (self._root / _INCOMING).iterdir() if _age_s(file, gone=0) >= older_s]
        for file in left:
            file.unlink(missing_ok=True)
        return len(left)

    def _place(self, sha256: str, folder: str = "") -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise NotFound()
        return self._root / folder / sha256[:2] / sha256

    def read(self, sha256: str) -> bytes:
        """Reads a whole file; raises NotFound."""
        with self.open(sha256) as file:
            return file.read()


def _age_s(file: Path, gone: float | None = None) -> float:
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        if gone is None:
            raise
        return gone
