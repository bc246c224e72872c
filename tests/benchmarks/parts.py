"""What the benches of several parts have in common: which are asked for, how often each is repeated, an end that leaves nothing behind."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping

from rich.console import Console
from rich.table import Table

from tests.benchmarks.bus.room import Room

Part = Callable[[Room, int, Callable[[str], None]], Iterable[Table]]


def run(parts: Mapping[str, Part], names: list[str], rounds: int, trust: str) -> int:
    """Measures the parts named, all when none is, and prints their tables; 2 for a part that there is not. `trust` says which figures to."""
    if unknown := set(names) - parts.keys():
        print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
        return 2
    console, rounds = Console(width=max(Console().width, 140)), int(os.environ.get("ROUNDS", str(rounds)))
    began = time.monotonic()
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before: trust {trust}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is stopped all the same
    room = Room(console.print)
    try:
        for name in names or parts:
            for table in parts[name](room, rounds, console.print):
                console.print(table)
    finally:
        room.close()
    console.print(f"measured in {time.monotonic() - began:.0f} s")
    return 0
