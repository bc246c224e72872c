"""What of a profile is in force on a day, and what changes between two: by section, each value under its path, in both languages."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from services.common.kernel.text import LANGUAGES, Text
from services.contracts.college.college import College
from services.contracts.college.versions import DatesItself, in_force

# What tells the entries of a list apart: a path with a code in it stays the same when entries are added above it.
_NAMES = ("code", "type", "fee", "effective_from")


@dataclass(frozen=True)
class SectionOnDay:
    """A section on a day: since when it is as it is (nothing: always), whether it is only assumed to have held then, and its value."""

    section: str
    since: dt.date | None
    assumed: bool
    value: Any


@dataclass(frozen=True)
class Change:
    """One value that is not the same on two days; nothing on the side on which it is not there."""

    path: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None:
            return f"+ {self.path}: {self.after}"
        if self.after is None:
            return f"- {self.path}: {self.before}"
        return f"~ {self.path}: {self.before} -> {self.after}"


def on_day(college: College, day: dt.date) -> list[SectionOnDay]:
    """Gives every section as it is in force on a day. Before its first day the first version is assumed, as it is everywhere."""
    found = []
    for section, versions in college.sections.items():
        version = in_force(versions, day)
        since, value = version.effective_from, version.value
        if isinstance(value, DatesItself):
            since, value = max((begun for begun in value.days() if begun <= day), default=None), value.in_force(day)
        found.append(SectionOnDay(section, since, since is not None and since > day, value))
    return found


def between(college: College, first: dt.date, second: dt.date) -> dict[str, list[Change]]:
    """Gives what is not the same on two days, by section and in the order of the paths; sections without a change are left out."""
    found = {}
    for before, after in zip(on_day(college, first), on_day(college, second), strict=True):
        if before.value is not after.value and (changes := list(_changes(before.value, after.value))):
            found[before.section] = changes
    return found


def _changes(before: Any, after: Any) -> Iterator[Change]:
    old, new = dict(values(before)), dict(values(after))
    for path in dict.fromkeys((*old, *new)):
        if old.get(path) != new.get(path):
            yield Change(path, old.get(path), new.get(path))


def values(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Gives each single value below a value with its path: `categories[rp].name.fr`. What is not there has none."""
    if value is None:
        return
    if isinstance(value, Text):
        yield from ((f"{path}.{language}".lstrip("."), value.in_(language)) for language in LANGUAGES)
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from values(entry, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list | tuple) and all(isinstance(entry, str | int) for entry in value):
        if value:
            yield path, ", ".join(map(str, value))
    elif isinstance(value, list | tuple):
        for place, entry in enumerate(value):
            yield from values(entry, f"{path}[{_name(entry, place)}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from values(getattr(value, field.name), f"{path}.{field.name}".lstrip("."))
    elif isinstance(value, re.Pattern):
        yield path, value.pattern
    else:
        yield path, str(value)


def _name(entry: Any, place: int) -> Any:
    return next((name for key in _NAMES if (name := getattr(entry, key, None)) is not None), place)
