"""Files: kept under their SHA-256, so that the same file is kept once and a changed one cannot pass for it. None travels over the bus.

What services make themselves lies apart from what people upload, so that destroying an upload never takes away a paper of the same content.
"""

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from services.common.errors import NotFound, ServiceError
from services.common.text import Text

_MADE = "made"


class FileTooLarge(ServiceError):
    """The upload is larger than the limit."""

    code = "file_too_large"
    status = 413
    title = Text("The file is too large.", "Le fichier est trop volumineux.")
    detail = Text("The largest file we take is {limit_mb} MB.", "La taille maximale d’un fichier est de {limit_mb} Mo.")


class Upload:
    """A file being written: hashed and counted as it streams, kept only when it is complete."""

    def __init__(self, root: Path, limit: int, folder: str = "") -> None:
        self._kept, self._limit = root / folder, limit
        handle, name = tempfile.mkstemp(dir=root / "incoming")
        self._path, self._file = Path(name), os.fdopen(handle, "wb")
        self._digest = hashlib.sha256()
        self.size = 0
        self.head = b""

    def write(self, data: bytes) -> int:
        """Takes the next part; raises FileTooLarge as soon as the limit is passed."""
        self.size += len(data)
        if self.size > self._limit:
            self.abandon()
            raise FileTooLarge(limit_mb=self._limit // 1_000_000)
        if len(self.head) < 8192:
            self.head += data[:8192]
        self._digest.update(data)
        self._file.write(data)
        return len(data)

    def keep(self) -> str:
        """Makes the file durable under its hash and gives the hash (hexadecimal SHA-256)."""
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
        self._file.close()
        self._path.unlink(missing_ok=True)


class FileStore:
    """Files in a local folder that the components share."""

    def __init__(self, root: str | Path) -> None:
        self._root = Path(root)
        (self._root / "incoming").mkdir(parents=True, exist_ok=True)

    def receive(self, limit: int) -> Upload:
        """Begins an upload of at most `limit` bytes."""
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
        place = self._place(sha256)
        try:
            if time.time() - place.stat().st_mtime < unless_within_s:
                return False
            place.unlink()
        except FileNotFoundError:
            return True
        return True

    def _place(self, sha256: str, folder: str = "") -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise NotFound()
        return self._root / folder / sha256[:2] / sha256

    def read(self, sha256: str) -> bytes:
        """Reads a whole file; raises NotFound."""
        with self.open(sha256) as file:
            return file.read()
