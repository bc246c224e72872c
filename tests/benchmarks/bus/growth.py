"""The cost of growth: the same events with rows already in outbox and inbox, of events long sent and handled."""

import statistics
from collections.abc import Iterator

from rich.table import Table

from tests.benchmarks.bus.outbox_rows import grow
from tests.benchmarks.bus.pipeline import Pipeline
from tests.benchmarks.bus.room import Room
from tests.benchmarks.targets import Figures, Target

SIZES = (0, 10_000, 1_000_000)
BACKLOG, WARM = 2_000, 200
# The same as events.py asks at 200 a second: what was sent and handled long ago is no excuse.
P50 = {size: Target(f"events at 200 a second beside {size:,} rows, p50", 4, unit="ms") for size in SIZES}
P99 = {size: Target(f"events at 200 a second beside {size:,} rows, p99", 10, unit="ms") for size in SIZES}
TARGETS = (*P50.values(), *P99.values())


def run(room: Room, rounds: int, say, figures: Figures) -> Iterator[Table]:
    """Measures; gives the table."""
    pipeline, there = Pipeline(room, "ours", "grown"), 0
    pipeline.scale(1, 1)
    table = Table("rows in each", "events/s", "of empty", "p50 ms at 200/s", "p99 ms", title="Outbox and inbox that have grown")
    empty = 0.0
    for size in SIZES:
        say(f"growth: {size:,} rows in outbox and inbox")
        grow(pipeline.source_admin, pipeline.sink_admin, size - there)
        there = size
        pipeline.drain(WARM)
        rate = statistics.median(pipeline.drain(BACKLOG).rate for _ in range(rounds))
        empty = empty or rate
        soon = pipeline.trickle(200, 1_000)
        figures.update({P50[size]: soon.p50, P99[size]: soon.p99})
        table.add_row(f"{size:,}", f"{rate:.0f}", f"{rate / empty:.2f}", f"{soon.p50:.1f}", f"{soon.p99:.1f}")
    pipeline.scale(0, 0)
    yield table
