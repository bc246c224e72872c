"""One way of carrying events from an outbox to a listener's table: its processes, its databases, and what it does under load."""

import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count

import psycopg2

from deploy.local.college.settings import REPOSITORY
from deploy.local.processes import Replica
from deploy.local.urls import for_psycopg
from tests.benchmarks.bus.outbox_rows import EFFECTS, announce_many
from tests.benchmarks.bus.room import Room, cpu

PACKAGE, PATIENCE_S = "tests.support.tiny_package", 120.0
_firsts = count(1, 1_000_000)


@dataclass(frozen=True)
class Drained:
    """A backlog carried: events a second, and microseconds of processor time for each, by whose."""

    rate: float
    cpu: Mapping[str, float]


@dataclass(frozen=True)
class Trickled:
    """Events at a steady rate: milliseconds from commit to handled, and the rate that was reached."""

    p50: float
    p99: float
    rate: float


class Pipeline:
    """`who` is floor, ours or stock; `name` tells the databases of two pipelines of one kind apart."""

    def __init__(self, room: Room, who: str, name: str = "") -> None:
        self._room, self._who, name = room, who, name or who
        self._source = room.database(f"{name}_source", PACKAGE)
        self._sink = room.database(f"{name}_sink", PACKAGE)
        self.source_admin, self.sink_admin = room.admin_url(f"{name}_source"), room.admin_url(f"{name}_sink")
        with psycopg2.connect(for_psycopg(self.sink_admin)) as connection, connection.cursor() as cursor:
            cursor.execute(f"{EFFECTS}; GRANT SELECT, INSERT ON effects TO {room.name}_{name}_sink")
        connection.close()
        self._handled = room.folder / f"{who}.handled"
        self._handled.touch()
        self.relays: list[Replica] = []
        self.consumers: list[Replica] = []

    def scale(self, relays: int, consumers: int) -> None:
        """Starts or stops replicas until there are so many."""
        while len(self.consumers) > consumers:
            self._room.stop(self.consumers.pop())
        while len(self.relays) > relays:
            self._room.stop(self.relays.pop())
        while len(self.consumers) < consumers:
            self.consumers.append(self._start("consume", len(self.consumers) + 1))
        while len(self.relays) < relays:
            self.relays.append(self._start("relay", len(self.relays) + 1))
        if self._who != "ours":
            time.sleep(3)  # they have no address that says when they are ready

    def _start(self, part: str, number: int) -> Replica:
        database = self._sink if part == "consume" else self._source
        environment = {"HANDLED_FILE": str(self._handled)} if part == "consume" else {}
        if self._who == "ours":
            module = "tests.benchmarks.bus.sink" if part == "consume" else "tests.benchmarks.bus.echo"
            return self._room.component(f"ours-{part}", module, number, DATABASE_URL=database, **environment)
        program = "tests.benchmarks.bus.stock_events" if self._who == "stock" else "tests.benchmarks.bus.floor_events"
        environment["DATABASE_DSN"] = for_psycopg(database)
        return self._room.program(f"{self._who}-{part}", program, part, number=number, **environment)

    def drain(self, events: int) -> Drained:
        """Announces so many events at once; gives how fast they were handled, from the first one handled to the last."""
        first, began_at, used = next(_firsts), self._handled.stat().st_size, self._used()
        announce_many(self.source_admin, first, events)
        handled = sorted(self._await(began_at, events).values())
        spent = {name: (value - used[name]) / events * 1e6 for name, value in self._used().items()}
        return Drained((events - 1) / (handled[-1] - handled[0]), spent)

    def trickle(self, rate: float, events: int) -> Trickled:
        """Announces events one by one at a rate; gives how long each took from its commit to its handler's."""
        first, began_at = next(_firsts), self._handled.stat().st_size
        writer = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.bus.writer", str(rate), str(events), str(first)],
            cwd=REPOSITORY,
            env={"DATABASE_DSN": for_psycopg(self.source_admin), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=True,
        )
        committed = {int(number): float(at) for number, at in map(str.split, writer.stdout.splitlines())}
        handled = self._await(began_at, events)
        took = [(handled[number] - at) * 1000 for number, at in committed.items()]
        cuts = statistics.quantiles(took, n=100, method="inclusive")
        instants = sorted(handled.values())
        return Trickled(cuts[49], cuts[98], (events - 1) / (instants[-1] - instants[0]))

    def _await(self, offset: int, events: int) -> dict[int, float]:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            with self._handled.open() as log:
                log.seek(offset)
                lines = log.read()
            if lines.count("\n") >= events:
                return {int(number): float(at) for number, at in map(str.split, lines.splitlines())}
            time.sleep(0.1)
        raise RuntimeError(f"{lines.count(chr(10))} of {events} events were handled in {PATIENCE_S:.0f} s")

    def _used(self) -> dict[str, float]:
        return {
            "relay": cpu(one.identity.pid for one in self.relays),
            "consumer": cpu(one.identity.pid for one in self.consumers),
            "broker": self._room.broker_cpu(),
            "database": self._room.database_cpu(),
        }
