"""What the benches of several parts have in common: which are asked for, how often each is repeated, an end that leaves nothing behind."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from tests.benchmarks.bus.room import Room
from tests.benchmarks.targets import Figures, Target, verdict


@dataclass(frozen=True)
class Part:
    """A part of a bench: `measure` gives its tables, and enters what was measured for each of its targets into the figures."""

    measure: Callable[[Room, int, Callable[[str], None], Figures], Iterable[Table]]
    targets: tuple[Target, ...] = ()


def run(
    parts: Mapping[str, Part],
    names: list[str],
    rounds: int,
    trust: str,
    room: Callable[[Callable[[str], None]], Room] = Room,
) -> int:
    """Measures the parts named, all when none is, prints their tables and last a line for each target. `trust` says which figures to.

    Gives 0 when all targets are met, 1 when one is missed, 2 for a part that there is not.
    """
    if unknown := set(names) - parts.keys():
        print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
        return 2
    console, rounds = Console(width=max(Console().width, 140)), int(os.environ.get("ROUNDS", str(rounds)))
    began, figures = time.monotonic(), Figures()
    wanted = [parts[name] for name in names or parts]
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before: trust {trust}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is stopped all the same
    try:
        place = room(console.print)
        try:
            for part in wanted:
                for table in part.measure(place, rounds, console.print, figures):
                    console.print(table)
        finally:
            place.close()
    finally:
        console.print(f"measured in {time.monotonic() - began:.0f} s")
        missed = verdict([target for part in wanted for target in part.targets], figures, print)
    return missed
