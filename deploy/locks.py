"""The libraries that are locked, by name and version, from all lock files there are."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.M)


def files() -> list[Path]:
    """Gives the lock files."""
    return sorted(ROOT.glob("requirements*.lock"))


def pinned(text: str) -> Iterator[tuple[str, str]]:
    """Gives the names, as they are compared, and versions that a lock names; a name comes twice where a version depends on Python's."""
    return ((comparable(name), version) for name, version in _PINNED.findall(text))


def names() -> set[str]:
    """Gives the names of all that is locked."""
    return {name for file in files() for name, _ in pinned(file.read_text())}


def comparable(name: str) -> str:
    """Gives the one spelling of a library's name that is compared."""
    return re.sub(r"[-_.]+", "-", name).lower()
