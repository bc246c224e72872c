"""A read: searches of the public register by name, with registry at 1, 2 and 3 replicas."""

import random
from collections.abc import Iterator

from rich.table import Table

from deploy.local import ports
from deploy.local.college.settings import REPOSITORY
from tests.benchmarks.bus.register import fill
from tests.benchmarks.bus.room import Room
from tests.benchmarks.scale.costs import AT_ONCE, REPLICAS, SEARCH, Run, cost_of, floor, median, memory_of, scale_table
from tests.benchmarks.targets import Figures

PEOPLE, SAMPLE, SEARCHES = 100_000, 2_000, 1_600
TARGETS = (SEARCH,)


def run(room: Room, rounds: int, say, figures: Figures) -> Iterator[Table]:
    """Measures; gives the table."""
    database = room.database("registry", "services.registry")
    say(f"searches of a register of {PEOPLE:,} people, {AT_ONCE} at once")
    numbers = random.Random(7).sample(fill(room.admin_url("registry"), REPOSITORY / "deploy/colleges/crpo", PEOPLE), SAMPLE)
    paths = room.folder / "searches"
    paths.write_text("\n".join(f"/api/v1/register?name=Tremblay+{number}" for number in numbers))
    port = ports.pick()
    gateway = room.component("gateway", "gateway.service", HTTP_PORT=str(port))
    registry = []
    bare: list[Run] = []
    runs: dict[int, list[Run]] = {}

    def ask(times: int) -> float:
        return room.load(f"http://127.0.0.1:{port}/", times, AT_ONCE, paths)["seconds"]

    try:
        with floor(room) as look:
            for count in REPLICAS:
                registry.append(room.component("registry", "services.registry.service", count, DATABASE_URL=database))
                parts = [gateway, *registry]
                ask(300)
                for _ in range(rounds):
                    bare.append(look())
                    runs.setdefault(count, []).append(cost_of(room, parts, SEARCHES, lambda: ask(SEARCHES)))
                say(f"  {count} of {len(REPLICAS)} replicas")
            memory = memory_of(parts)
    finally:
        room.stop(gateway, *registry)
    figures[SEARCH] = median(runs[1]).together
    yield scale_table(f"Searches of the register by name, {AT_ONCE} at once", "registry", bare, runs, memory)
