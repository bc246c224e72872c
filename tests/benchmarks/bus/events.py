"""Events, outbox → relay → broker → handler → inbox: how many a second, how soon, with more replicas, and where the time goes."""

import statistics
from collections.abc import Iterator

from rich.table import Table

from tests.benchmarks.bus.pipeline import Drained, Pipeline
from tests.benchmarks.bus.room import Room
from tests.benchmarks.targets import Figures, Target

BACKLOG, WARM = 2_000, 200
SCALES = ((1, 1), (2, 1), (3, 1), (1, 2), (1, 3), (2, 2), (3, 3))
TRICKLES = ((20, 200), (200, 2_000))
# Milliseconds from the commit to the handler's: what tests/benchmarks/README.md has asked since the first measurement.
P50 = {rate: Target(f"events at {rate} a second, p50", 4, unit="ms") for rate, _ in TRICKLES}
P99 = {rate: Target(f"events at {rate} a second, p99", 10, unit="ms") for rate, _ in TRICKLES}
TARGETS = (*P50.values(), *P99.values())


def run(room: Room, rounds: int, say, figures: Figures) -> Iterator[Table]:
    """Measures; gives each table as soon as it is complete."""
    pipelines = {who: Pipeline(room, who) for who in ("floor", "ours", "stock")}
    for pipeline in pipelines.values():
        pipeline.scale(1, 1)
        pipeline.drain(WARM)
    say(f"events: a backlog of {BACKLOG}, handled")
    runs: dict[str, list[Drained]] = {}
    for number in range(rounds):
        for who, pipeline in pipelines.items():
            runs.setdefault(who, []).append(pipeline.drain(BACKLOG))
        say(f"  round {number + 1} of {rounds}")
    pipelines["stock"].scale(0, 0)
    rates = {who: statistics.median(one.rate for one in drained) for who, drained in runs.items()}
    yield _throughput(runs, rates)
    say("events at a steady rate")
    yield _latency(pipelines, rates, figures)
    pipelines["floor"].scale(0, 0)
    say("events with more replicas")
    yield _scaled(pipelines["ours"])
    pipelines["ours"].scale(0, 0)


def _throughput(runs: dict[str, list[Drained]], rates: dict[str, float]) -> Table:
    parts = ("relay", "consumer", "broker", "database")
    table = Table(
        *("who", "events/s", "of the floor", *(f"{part} CPU µs" for part in parts), "all CPU µs/event"),
        title=f"A backlog of {BACKLOG} events, one relay and one consumer",
    )
    for who, drained in runs.items():
        spent = [statistics.median(one.cpu[part] for one in drained) for part in parts]
        shares = [f"{value:.0f}" for value in (*spent, sum(spent))]
        table.add_row(who, f"{rates[who]:.0f}", f"{rates[who] / rates['floor']:.2f}", *shares)
    return table


def _latency(pipelines: dict[str, Pipeline], rates: dict[str, float], figures: Figures) -> Table:
    table = Table("who", "events/s", "reached", "p50 ms", "p99 ms", title="From the commit to the handler's commit")
    for rate, events in TRICKLES:
        for who in ("floor", "ours"):
            one = pipelines[who].trickle(rate, events)
            if who == "ours":
                figures.update({P50[rate]: one.p50, P99[rate]: one.p99})
            table.add_row(who, str(rate), f"{one.rate:.0f}", f"{one.p50:.1f}", f"{one.p99:.1f}")
    for who in ("floor", "ours"):
        # What is kept up while somebody writes: a backlog is handled faster, with the writer's share of the cores.
        most = pipelines[who].trickle(rates[who], int(rates[who] * 4)).rate
        rate = 0.8 * most
        one = pipelines[who].trickle(rate, int(rate * 6))
        table.add_row(who, f"{rate:.0f} (80 %)", f"{one.rate:.0f}", f"{one.p50:.1f}", f"{one.p99:.1f}")
    return table


def _scaled(pipeline: Pipeline) -> Table:
    table = Table("relays", "consumers", "events/s", "of one and one", title=f"A backlog of {BACKLOG} events, more replicas")
    alone = 0.0
    for relays, consumers in SCALES:
        pipeline.scale(relays, consumers)
        pipeline.drain(WARM)
        rate = statistics.median(pipeline.drain(BACKLOG).rate for _ in range(2))
        alone = alone or rate
        table.add_row(str(relays), str(consumers), f"{rate:.0f}", f"{rate / alone:.2f}")
    return table
