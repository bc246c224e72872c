"""File locks between processes: who may change the engines now, and who still uses them."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from deploy.local.errors import EnginesBusy


@contextmanager
def exclusive(path: Path, say: Callable[[str], None], timeout: float = 180.0) -> Iterator[None]:
    """Hold the lock file alone, waiting for another holder. Raises EnginesBusy after `timeout` seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + timeout
    told = False
    while True:
        with path.open("a") as file:
            while not _try(file, fcntl.LOCK_EX):
                if not told:
                    say(f"another process works in {path.parent}: waiting for it")
                    told = True
                if time.monotonic() > deadline:
                    raise EnginesBusy(f"Another process has held {path} for {timeout:.0f} s; see `fuser {path}`.")
                # Not a blocking lock: that would stop every green thread of a test process.
                time.sleep(0.1)
            # A holder may remove the file with what it guards: then the lock on it locks nothing.
            if _is_still(path, file):
                yield
                return


class Lease:
    """A mark that this process uses the engines, gone when it ends however it ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Say that this process uses the engines; others may do so too."""
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("a")
            fcntl.flock(self._file, fcntl.LOCK_SH)

    def release(self) -> None:
        """Say that this process uses them no more."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def is_taken(self) -> bool:
        """Whether any process, this one included, uses the engines."""
        if not self._path.exists():
            return False
        with self._path.open("a") as file:
            return not _try(file, fcntl.LOCK_EX)


def _is_still(path: Path, file: IO[str]) -> bool:
    try:
        return path.stat().st_ino == os.fstat(file.fileno()).st_ino
    except FileNotFoundError:
        return False


def _try(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
