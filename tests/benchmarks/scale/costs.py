"""What a run cost in processor time, by process; and one service at several replicas in turns, beside the floor."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from rich.table import Table

from deploy.local import pids, ports
from deploy.local.processes import Replica
from tests.benchmarks.bus.room import Room, cpu
from tests.benchmarks.bus.rounds import Contender, measure
from tests.benchmarks.targets import Target

REPLICAS = (1, 2, 3)
FLOOR_REQUESTS, AT_ONCE = 1600, 16
ENGINES = ("broker", "database")
# What deploy/capacity.md counts with: where more is used, its sizes are too small.
SEARCH = Target("processor time of a search, one registry", 4.9, unit="ms")
PAYMENT = Target("processor time of a payment, one billing", 18.5, unit="ms")
REGISTRATION = Target("processor time of a registration", 853, unit="ms")


@dataclass(frozen=True)
class Run:
    """One run: requests a second, and for each request milliseconds of processor time by process."""

    rate: float
    cost: Mapping[str, float]

    @property
    def together(self) -> float:
        """Milliseconds of processor time for each request, of all processes."""
        return sum(self.cost.values())


def spent(room: Room, replicas: Sequence[Replica]) -> dict[str, float]:
    """Processor time so far in milliseconds, by component; that of the engines is of all who use them."""
    found = dict.fromkeys([*(each.component for each in replicas), *ENGINES], 0.0)
    for each in replicas:
        found[each.component] += cpu([each.identity.pid]) * 1000
    return found | {"broker": room.broker_cpu() * 1000, "database": room.database_cpu() * 1000}


def cost_of(room: Room, replicas: Sequence[Replica], times: int, work: Callable[[], float]) -> Run:
    """Does the work, which gives the seconds that its `times` requests took, and tells what each cost."""
    before = spent(room, replicas)
    seconds = work()
    after = spent(room, replicas)
    return Run(times / seconds, {name: (after[name] - before[name]) / times for name in after})


@contextmanager
def floor(room: Room):
    """A bare echo over the same broker; gives what measures it: requests a second, and milliseconds of processor time for each."""
    port = ports.pick()
    echo = room.program("floor-service", "tests.benchmarks.bus.floor", "echo", "floor-echo")
    web = room.program(
        *("floor-gateway", "tests.benchmarks.bus.floor", "web", str(port), "floor-echo"), ready=f"http://127.0.0.1:{port}/echo"
    )
    bare = Contender("floor", f"http://127.0.0.1:{port}/echo", (echo.identity.pid, web.identity.pid))

    def look() -> Run:
        figure = measure(room, bare, FLOOR_REQUESTS, AT_ONCE)
        return Run(figure.rate, {"floor": figure.cpu / 1000})

    try:
        look()  # as it is after a minute of work
        yield look
    finally:
        room.stop(echo, web)


def median(runs: Sequence[Run]) -> Run:
    """The median of each figure."""
    return Run(
        statistics.median(each.rate for each in runs),
        {name: statistics.median(each.cost[name] for each in runs) for name in runs[0].cost},
    )


def scale_table(
    title: str, service: str, bare: Sequence[Run], runs: Mapping[int, Sequence[Run]], memory: Mapping[str, float]
) -> Table:
    """A row for each number of replicas, beside the floor."""
    parts = ("gateway", service, *ENGINES)
    table = Table(
        f"replicas of {service}", "requests /s", "of the floor", *(f"{part}, CPU ms" for part in parts), "together", title=title
    )
    least = median(bare)
    table.add_row("floor", f"{least.rate:.0f}", "1", *[""] * len(parts), f"{least.cost['floor']:.2f}")
    for count, found in runs.items():
        one = median(found)
        costs = [one.cost[part] for part in parts]
        table.add_row(
            *(str(count), f"{one.rate:.0f}", f"{one.rate / least.rate:.2f}"),
            *(f"{cost:.2f}" for cost in (*costs, sum(costs))),
        )
    table.caption = "memory after it: " + ", ".join(f"{name} {size:.0f} MB" for name, size in memory.items())
    return table


def memory_of(replicas: Sequence[Replica]) -> dict[str, float]:
    """Megabytes that each component holds, the largest of its replicas."""
    found: dict[str, float] = {}
    for each in replicas:
        found[each.component] = max(found.get(each.component, 0.0), pids.memory(each.identity.pid) / 1e6)
    return found
