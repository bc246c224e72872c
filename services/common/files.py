"""Files: kept under their SHA-256, so that the same file is kept once and a changed one cannot pass for it. None travels over the bus."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from services.common.errors import NotFound, ServiceError
from services.common.text import Text


class FileTooLarge(ServiceError):
    """The upload is larger than the limit."""

    code = "file_too_large"
    status = 413
    title = Text("The file is too large.", "Le fichier est trop volumineux.")
    detail = Text("The largest file we take is {limit_mb} MB.", "La taille maximale d’un fichier est de {limit_mb} Mo.")


class Upload:
    """A file being written: hashed and counted as it streams, kept only when it is complete."""

    def __init__(self, root: Path, limit: int) -> None:
        self._root, self._limit = root, limit
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
        place = self._root / sha256[:2] / sha256
        place.parent.mkdir(exist_ok=True)
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
        """Keeps a whole file and gives its hash."""
        upload = self.receive(limit=len(content))
        upload.write(content)
        return upload.keep()

    def open(self, sha256: str) -> BinaryIO:
        """Opens a file for reading; raises NotFound if there is none under this hash."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise NotFound()
        try:
            return (self._root / sha256[:2] / sha256).open("rb")
        except FileNotFoundError as error:
            raise NotFound() from error

    def read(self, sha256: str) -> bytes:
        """Reads a whole file; raises NotFound."""
        with self.open(sha256) as file:
            return file.read()
