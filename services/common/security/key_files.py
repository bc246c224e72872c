"""A file that may be replaced while we run: its content is taken anew when it changes, without a stop."""

import time
from collections.abc import Callable
from pathlib import Path

from services.common.observability.logs import get_logger

PAUSE_S = 1.0  # between two looks at the file
log = get_logger("watched")


class WatchedFile:
    """Hands the content of a file to `take` at once, and again whenever another content was seen.

    What `take` refuses at first is raised; what it refuses later is logged, and tried again at the next look: a process that works
    goes on with what it has.
    """

    def __init__(self, path: Path, take: Callable[[bytes], None]) -> None:
        self.path, self._take = path, take
        self._looked_at, self._taken = time.monotonic(), self._state()
        take(path.read_bytes())

    def look(self) -> None:
        """Takes the content if it has changed; looks at the file no more than once a second."""
        if time.monotonic() < self._looked_at + PAUSE_S:
            return
        self._looked_at = time.monotonic()
        try:
            state = self._state()
            if state != self._taken:
                self._take(self.path.read_bytes())
                self._taken = state
        except (OSError, ValueError, LookupError, TypeError, RuntimeError) as error:
            log.error("changed-file-not-taken", file=self.path.name, error=type(error).__name__)

    def _state(self) -> tuple[int, int, int]:
        about = self.path.stat()
        return about.st_mtime_ns, about.st_ino, about.st_size
