"""What a process of the suite writes down while it runs, line by line, so that whoever started it knows how far it came, however it ended."""

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

VARIABLE = "TEST_JOURNAL"
# Outside tests: importing them, and ending what all of them used.
LONGEST_BETWEEN_S = 300.0


@dataclass
class Result:
    """How a test ended: passed, failed, skipped, or "" while it runs; the seconds of all its phases, and of setting up; why it failed."""

    outcome: str = ""
    seconds: float = 0.0
    why: str = ""
    setup: float = 0.0


@dataclass
class Read:
    """A journal as it stands: the tests begun, by name; the one that runs; until when something must happen (monotonic seconds)."""

    tests: dict[str, Result] = field(default_factory=dict)
    running: str | None = None
    until: float = 0.0


class Journal:
    """The pytest plugin that writes it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._begun = set(read(file).tests)
        self._results: dict[str, Result] = {}
        self._limits: dict[str, float] = {}
        with file.open("a") as begun:
            begun.write("\n")  # ends the line in which an earlier process was killed
        self._write(until=time.monotonic() + LONGEST_BETWEEN_S)

    def pytest_collection_modifyitems(self, config: Any, items: list[Any]) -> None:
        """Leaves out what an earlier process of this share has begun: it is done, or is what ended that process."""
        again = [item for item in items if item.nodeid in self._begun]
        if again:
            config.hook.pytest_deselected(items=again)
            items[:] = [item for item in items if item.nodeid not in self._begun]
        default = float(config.getini("timeout") or LONGEST_BETWEEN_S)
        for item in items:
            marker = item.get_closest_marker("timeout")
            self._limits[item.nodeid] = float((marker.args or (marker.kwargs.get("timeout", default),))[0]) if marker else default

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Notes which test begins."""
        self._results[nodeid] = Result()
        self._write(begins=nodeid, until=time.monotonic() + self._limits.get(nodeid, 0) + LONGEST_BETWEEN_S)

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Takes a phase of a test into account."""
        result = self._results[report.nodeid]
        result.seconds += report.duration
        if report.when == "setup":
            result.setup += report.duration
        if report.failed:
            result.outcome = "failed"
            result.why += f"{report.longreprtext}\n"
        elif result.outcome != "failed" and (report.skipped or report.when == "call"):
            result.outcome = report.outcome

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Notes how it ended."""
        result = self._results[nodeid]
        ended = {
            "outcome": result.outcome,
            "seconds": round(result.seconds, 3),
            "why": result.why,
            "setup": round(result.setup, 3),
        }
        self._write(ends=nodeid, result=ended, until=time.monotonic() + LONGEST_BETWEEN_S)

    def _write(self, **entry: Any) -> None:
        with self._file.open("a") as file:
            file.write(json.dumps(entry) + "\n")


def read(file: Path) -> Read:
    """Reads a journal; an empty one when there is none yet.

    A line that is being written, or that its process did not live to end, is not there.
    """
    found = Read()
    for line in file.read_text().splitlines() if file.exists() else ():
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            continue
        found.until = entry["until"]
        if name := entry.get("begins"):
            found.tests[name], found.running = Result(), name
        if name := entry.get("ends"):
            found.tests[name], found.running = Result(**entry["result"]), None
    return found


def given() -> Path | None:
    """The journal that this process is to write; None when nobody reads one."""
    return Path(os.environ[VARIABLE]) if VARIABLE in os.environ else None
