"""`python -m gateway.opening check|show MEDIA-TYPE`, the file at standard input; writes a verdict, or the picture as a JPEG."""

import logging
import os
import resource
import sys
import warnings
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from gateway.opening import NOT_BEGUN, Found, Verdict

MOST_MEMORY, MOST_CPU_S, MOST_WRITTEN, MOST_FILES = 700_000_000, 15, 30_000_000, 32
_MODULES = {"application": "gateway.opening.pdfs", "image": "gateway.opening.pictures"}


def _hold_back() -> None:
    """Holds this process, and all that it may become, to what a file may cost; where memory runs out, it goes before the gateway."""
    for what, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_CPU_S),
        (resource.RLIMIT_FSIZE, MOST_WRITTEN),
        (resource.RLIMIT_NOFILE, MOST_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    os.nice(5)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def verdict_on(file: BinaryIO, media_type: str) -> Verdict:
    """Looks at a file. Raises MemoryError and RecursionError for what is too much."""
    try:
        _module(media_type).check(file, media_type)
    except Found as found:
        return found.verdict
    except (MemoryError, RecursionError):
        raise
    except Exception:
        # The libraries meet a broken file with any of theirs and of Python's, and all mean the same.
        return Verdict.DAMAGED
    return Verdict.GOOD


def main(task: str, media_type: str) -> int:
    """Gives the exit code."""
    logging.disable()
    warnings.simplefilter("ignore")
    try:
        _hold_back()
        module = _module(media_type)
    except (OSError, ImportError, MemoryError, ValueError):
        return NOT_BEGUN
    file, written = sys.stdin.buffer, sys.stdout.buffer
    if task == "show":
        module.show(file, written)
    else:
        written.write(verdict_on(file, media_type).encode())
    return 0


def _module(media_type: str) -> Any:
    return import_module(_MODULES[media_type.partition("/")[0]])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
