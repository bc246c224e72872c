"""Rounds: each contender in turn, again and again, so that a noisy neighbour disturbs all alike; medians are told."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.bus.room import Room, cpu


@dataclass(frozen=True)
class Contender:
    """Something that answers HTTP; `processes` are those whose cost counts, beside the broker's."""

    name: str
    url: str
    processes: tuple[int, ...]
    paths: Path | None = None
    with_database: bool = False


@dataclass(frozen=True)
class Figure:
    """One run: requests a second, latencies and processor time in microseconds."""

    rate: float
    p50: float
    p99: float
    cpu: float


def measure(room: Room, one: Contender, requests: int, at_once: int) -> Figure:
    """Runs one load against one contender."""

    def used() -> float:
        return cpu(one.processes) + room.broker_cpu() + (room.database_cpu() if one.with_database else 0.0)

    before = used()
    run = room.load(one.url, requests, at_once, one.paths)
    return Figure(requests / run["seconds"], run["p50"], run["p99"], (used() - before) / requests * 1e6)


def compete(
    room: Room, contenders: list[Contender], requests: Mapping[int, int], rounds: int, say: Callable[[str], None]
) -> dict[tuple[str, int], Figure]:
    """Runs all contenders in interleaved rounds at each number at once; gives the medians by name and number at once."""
    runs: dict[tuple[str, int], list[Figure]] = {}
    for one in contenders:
        measure(room, one, 300, 16)  # connections, pools and caches as they are after a minute of work
    for number in range(rounds):
        for at_once, count in requests.items():
            for one in contenders:
                runs.setdefault((one.name, at_once), []).append(measure(room, one, count, at_once))
        say(f"  round {number + 1} of {rounds}")
    return {key: _median(figures) for key, figures in runs.items()}


def _median(figures: list[Figure]) -> Figure:
    return Figure(*(statistics.median(getattr(one, name) for one in figures) for name in ("rate", "p50", "p99", "cpu")))
