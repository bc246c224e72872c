"""Reading a site's logs together: one line of time, component, level, event and fields for each JSON line."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TIME_FIELDS = ("at", "timestamp", "time")
_SHOWN_APART = (*_TIME_FIELDS, "level", "event", "correlation_id", "component")
_FOLLOW_SECONDS = 0.3


@dataclass(frozen=True)
class Line:
    """One line of a log; `fields` is empty for a line that is not JSON, which keeps the time of the line before it."""

    time: str
    source: str
    text: str
    fields: dict[str, Any]

    def readable(self) -> str:
        """The line as a person reads it."""
        if not self.fields:
            return f"{self.source:<18} {self.text}"
        rest = " ".join(f"{name}={_plain(value)}" for name, value in self.fields.items() if name not in _SHOWN_APART)
        correlation = str(self.fields.get("correlation_id") or "-")
        level = str(self.fields.get("level", "")).upper()
        return f"{self.source:<18} {self.time:<27} {level:<8} {correlation} {self.fields.get('event', '')} {rest}".rstrip()


@dataclass(frozen=True)
class Choice:
    """Which lines to show: of one component, of one correlation id, or of both; None shows all."""

    component: str | None = None
    correlation: str | None = None

    def takes(self, line: Line) -> bool:
        """Whether the line is wanted."""
        return self.correlation is None or line.fields.get("correlation_id") == self.correlation


def read(folder: Path, choice: Choice, last: int = 0) -> list[Line]:
    """The lines written so far in order of time; only the `last` ones when that is not 0."""
    found = [line for path in _files(folder, choice) for line in _Tail(path).fresh() if choice.takes(line)]
    found.sort(key=lambda line: line.time)
    return found[-last:] if last else found


def follow(folder: Path, choice: Choice) -> Iterator[Line]:
    """Lines as they are written from now on, for ever; files that appear later are read from their start."""
    tails = {path: _Tail(path, at_end=True) for path in _files(folder, choice)}
    while True:
        for path in _files(folder, choice):
            tails.setdefault(path, _Tail(path))
        fresh = [line for tail in tails.values() for line in tail.fresh() if choice.takes(line)]
        yield from sorted(fresh, key=lambda line: line.time)
        time.sleep(_FOLLOW_SECONDS)


class _Tail:
    """A log file read as far as it is written, whole lines only."""

    def __init__(self, path: Path, at_end: bool = False) -> None:
        self._path = path
        self._source = path.stem.removesuffix(".1")
        self._offset = path.stat().st_size if at_end else 0
        self._time = ""

    def fresh(self) -> list[Line]:
        """The whole lines added since the last call."""
        with self._path.open("rb") as file:
            file.seek(self._offset)
            text, newline, _ = file.read().rpartition(b"\n")
        self._offset += len(text) + len(newline)
        return [self._line(line) for line in text.decode(errors="replace").splitlines() if line.strip()]

    def _line(self, text: str) -> Line:
        try:
            fields = json.loads(text)
        except ValueError:
            fields = {}
        if not isinstance(fields, dict):
            fields = {}
        self._time = str(next((fields[name] for name in _TIME_FIELDS if name in fields), self._time))
        return Line(self._time, self._source, text, fields)


def _files(folder: Path, choice: Choice) -> list[Path]:
    return sorted(folder.glob(f"{choice.component or '*'}.*.log"))


def _plain(value: Any) -> str:
    return value if isinstance(value, str) and " " not in value else json.dumps(value, ensure_ascii=False)
