"""A change beside what was before it: the same calls to both checkouts, which run at once on one broker, in short rounds in turns.

`make bench-bus ARGS=before BEFORE=<commit>`. The machine's speed changes within seconds, so each round is a pair, and the median of the
pairs is told. Processor time is that of gateway and service as the scheduler counts it, in nanoseconds: a hundredth of a second is too coarse.
"""

import os
import statistics
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from deploy.local import ports
from deploy.local.college.settings import REPOSITORY
from deploy.local.processes import Replica
from tests.benchmarks.bus.room import Room
from tests.benchmarks.targets import Figures, Target

COMMIT = os.environ.get("BEFORE", "")
AT_ONCE = {1: 400, 16: 800, 64: 800}
PAIRS = 8  # for each round of the bench
BESIDE = {
    at_once: Target(f"processor time of a call, {at_once} at once, beside {COMMIT or 'before'}", 1.03, unit="times as much")
    for at_once in AT_ONCE
}
TARGETS = tuple(BESIDE.values())


@dataclass(frozen=True)
class _Side:
    """One checkout: where its gateway answers, and its processes."""

    url: str
    replicas: tuple[Replica, ...]


def run(room: Room, rounds: int, say, figures: Figures) -> Iterator[Table]:
    """Measures; gives the table. Raises CalledProcessError for a commit that there is not."""
    checkout = room.folder / "before"
    subprocess.run(["git", "worktree", "add", "--detach", str(checkout), COMMIT], cwd=REPOSITORY, check=True, capture_output=True)
    try:
        sides = {"before": _start(room, checkout, "before"), "now": _start(room, REPOSITORY, "now")}
        table = Table("at once", "before µs", "now µs", "times as much", title=f"Processor time of a call, beside {COMMIT}")
        for at_once, count in AT_ONCE.items():
            say(f"before and now, {at_once} at once")
            used = {name: [] for name in sides}
            for number in range(rounds * PAIRS):
                for name in sorted(sides, reverse=bool(number % 2)):
                    used[name].append(_cost(room, sides[name], count, at_once))
            beside = statistics.median(now / before for before, now in zip(used["before"], used["now"], strict=True))
            figures[BESIDE[at_once]] = beside
            medians = (f"{statistics.median(used[name]):.0f}" for name in ("before", "now"))
            table.add_row(str(at_once), *medians, f"{beside:.3f}")
        yield table
        room.stop(*(replica for side in sides.values() for replica in side.replicas))
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", str(checkout)], cwd=REPOSITORY, check=False, capture_output=True)


def _start(room: Room, checkout: Path, name: str) -> _Side:
    # A virtual host each: both have a service and a gateway of the same names.
    amqp_uri = room.another_vhost(name)
    database = room.database(name, "tests.support.tiny_package")
    port = ports.pick()
    service = room.component(
        f"{name}-service", "tests.benchmarks.bus.echo", checkout=checkout, DATABASE_URL=database, AMQP_URI=amqp_uri
    )
    gateway = room.component(
        f"{name}-gateway", "tests.benchmarks.bus.gateway", checkout=checkout, HTTP_PORT=str(port), AMQP_URI=amqp_uri
    )
    side = _Side(f"http://127.0.0.1:{port}/api/v1/bench/hello", (gateway, service))
    room.load(side.url, 500, 16)  # connections, pools and caches as they are after a minute of work
    return side


def _cost(room: Room, side: _Side, requests: int, at_once: int) -> float:
    before = _exactly(side.replicas)
    room.load(side.url, requests, at_once)
    return (_exactly(side.replicas) - before) / requests


def _exactly(replicas: tuple[Replica, ...]) -> float:
    """Microseconds of processor time that these have used, all their threads."""
    nanoseconds = 0
    for replica in replicas:
        for task in Path(f"/proc/{replica.identity.pid}/task").iterdir():
            with suppress(FileNotFoundError):
                nanoseconds += int((task / "schedstat").read_text().split()[0])
    return nanoseconds / 1e3
