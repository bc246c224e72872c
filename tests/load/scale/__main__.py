"""`make bench-scale` (`python -m tests.load.scale [PART…]`): one service at 1, 2 and 3 replicas, beside a floor measured in the same run.

Parts: searches, payments, turns, registrations; all when none is named. Processor time is read from `/proc` by process, which depends
little on what else the machine does; the requests a second depend on it much. ROUNDS changes how often each is repeated (3); RUN_DIR names
other engines.
"""

import os
import signal
import sys
import time

from rich.console import Console

from tests.load.bus.room import Room
from tests.load.scale import payments, registrations, searches, turns

PARTS = {"searches": searches.run, "payments": payments.run, "turns": turns.run, "registrations": registrations.run}


def main(names: list[str]) -> int:
    """Measures the parts and prints their tables; 2 for a part that there is not."""
    if unknown := set(names) - PARTS.keys():
        print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
        return 2
    console, rounds = Console(width=max(Console().width, 140)), int(os.environ.get("ROUNDS", "3"))
    began = time.monotonic()
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before: trust the processor time, and ratios")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is stopped all the same
    room = Room(console.print)
    try:
        for name in names or PARTS:
            for table in PARTS[name](room, rounds, console.print):
                console.print(table)
    finally:
        room.close()
    console.print(f"measured in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
