"""An append-only file of JSON lines that outlives SIGKILL, and that several threads can write without queueing for the disk."""

import fcntl
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

Record = dict[str, Any]


class JournalError(Exception):
    """The journal cannot be used; the message says why."""


class Journal:
    """Keeps records in the order they were added; `wait` returns once a record is on the disk.

    Raises JournalError when another process already writes the same file.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._file = path.open("ab+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise JournalError(f"{path} is in use by another process: stop it, or choose another folder.") from error
        _sync_folder(path.parent)
        self._queue_lock = threading.Lock()
        self._disk_lock = threading.Lock()
        self._pending: list[bytes] = []
        self._added = 0
        self._durable = 0
        self._failure: OSError | None = None

    def replay(self) -> Iterator[Record]:
        """Yield every record from the first on; call it before the first `add`.

        A last line without its end was never acknowledged to anyone, so it is cut off. Raises JournalError for any other
        line that is not JSON.
        """
        self._file.seek(0)
        complete = 0
        for number, line in enumerate(self._file, start=1):
            if not line.endswith(b"\n"):
                self._file.truncate(complete)
                break
            try:
                yield orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise JournalError(f"{self._path}, line {number} is not JSON: {error}") from error
            complete += len(line)
        self._file.seek(0, os.SEEK_END)

    def add(self, record: Record) -> int:
        """Queue a record and return the ticket to `wait` for. Cheap: may be called while holding a lock."""
        line = orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
        with self._queue_lock:
            self._pending.append(line)
            self._added += 1
            return self._added

    def wait(self, ticket: int) -> None:
        """Return once the record of this ticket is on the disk. Raises JournalError when the disk refuses.

        Whoever gets the disk writes for all who queued by then, so eight writers pay for about two fsyncs, not eight.
        """
        with self._disk_lock:
            if self._durable >= ticket:
                return
            if self._failure:
                raise JournalError(f"{self._path} can no longer be written: {self._failure}")
            with self._queue_lock:
                batch, self._pending = self._pending, []
                last = self._added
            try:
                self._file.write(b"".join(batch))
                self._file.flush()
                os.fsync(self._file.fileno())
            except OSError as error:
                # After a failed fsync nobody knows what is on the disk: only a restart, which reads it, can go on.
                self._failure = error
                raise JournalError(f"{self._path} can no longer be written: {error}") from error
            self._durable = last

    @property
    def healthy(self) -> bool:
        """True until a write has failed or the journal is closed."""
        return self._failure is None

    def close(self) -> None:
        """Write what is queued and close the file."""
        if self.healthy:
            self.wait(self._added)
        with self._disk_lock:
            self._failure = self._failure or OSError("it is closed")
            self._file.close()


def _sync_folder(folder: Path) -> None:
    """Make the file's name itself durable, not only its content."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
