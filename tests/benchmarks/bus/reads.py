"""A real read: the public register's look-up by number, through HTTP, RPC and SQL, beside the same SQL run directly."""

import json
import random
import statistics
import subprocess
import sys
from collections.abc import Iterator

from rich.table import Table

from deploy.local import ports
from deploy.local.college.settings import REPOSITORY
from deploy.local.urls import for_psycopg
from tests.benchmarks.bus.register import fill
from tests.benchmarks.bus.room import Room
from tests.benchmarks.bus.rounds import Contender, Figure, measure
from tests.benchmarks.targets import Figures

PEOPLE, SAMPLE = 100_000, 2_000
AT_ONCE = {1: 400, 16: 1600, 64: 1600}


def run(room: Room, rounds: int, say, _figures: Figures) -> Iterator[Table]:
    """Measures; gives the table. Nobody has said yet how fast a read must be, so it has no target."""
    database = room.database("registry", "services.registry")
    say(f"a register of {PEOPLE:,} people")
    numbers = random.Random(7).sample(fill(room.admin_url("registry"), REPOSITORY / "deploy/colleges/crpo", PEOPLE), SAMPLE)
    numbers_file, paths_file = room.folder / "numbers", room.folder / "paths"
    numbers_file.write_text("\n".join(numbers))
    paths_file.write_text("\n".join(f"/api/v1/register/{number}" for number in numbers))
    port = ports.pick()
    service = room.component("registry", "services.registry.service", DATABASE_URL=database)
    gateway = room.component("gateway", "gateway.service", HTTP_PORT=str(port))
    ours = Contender(
        *("ours", f"http://127.0.0.1:{port}/", (service.identity.pid, gateway.identity.pid), paths_file),
        with_database=True,
    )
    direct: dict[int, list[float]] = {}
    through: dict[int, list[Figure]] = {}
    try:
        measure(room, ours, 300, 16)
        for number in range(rounds):
            for at_once, count in AT_ONCE.items():
                direct.setdefault(at_once, []).append(_direct(database, count * 2, at_once, str(numbers_file)))
                through.setdefault(at_once, []).append(measure(room, ours, count, at_once))
            say(f"  round {number + 1} of {rounds}")
    finally:
        room.stop(service, gateway)
    table = Table(
        *("at once", "SQL alone /s", "look-ups /s", "of SQL alone", "p50 ms", "p99 ms", "CPU µs/look-up"),
        title=f"Look-up by number among {PEOPLE:,} registrants: validated, through gateway, RPC and SQL",
    )
    for at_once in AT_ONCE:
        alone = statistics.median(direct[at_once])
        rate, p50, p99, used = (
            statistics.median(getattr(one, name) for one in through[at_once]) for name in ("rate", "p50", "p99", "cpu")
        )
        table.add_row(
            *(str(at_once), f"{alone:.0f}", f"{rate:.0f}", f"{rate / alone:.2f}"),
            *(f"{p50 / 1000:.1f}", f"{p99 / 1000:.1f}", f"{used:.0f}"),
        )
    yield table


def _direct(database: str, requests: int, at_once: int, numbers_file: str) -> float:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.bus.direct", str(requests), str(at_once), numbers_file],
        cwd=REPOSITORY,
        env={"DATABASE_DSN": for_psycopg(database), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return requests / float(json.loads(done.stdout)["seconds"])
