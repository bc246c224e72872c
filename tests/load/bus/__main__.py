"""`make bench-bus` (`python -m tests.load.bus [PART…]`): the tables of the bus, each figure beside a floor measured in the same run.

Parts: calls, reads, events, growth; all when none is named. ROUNDS changes how often each is repeated (5); RUN_DIR names other engines.
"""

import os
import signal
import sys
import time

from rich.console import Console

from tests.load.bus import calls, events, growth, reads
from tests.load.bus.room import Room

PARTS = {"calls": calls.run, "reads": reads.run, "events": events.run, "growth": growth.run}


def main(names: list[str]) -> int:
    """Measures the parts and prints their tables; 2 for a part that there is not."""
    if unknown := set(names) - PARTS.keys():
        print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
        return 2
    console, rounds = Console(width=max(Console().width, 140)), int(os.environ.get("ROUNDS", "5"))
    began = time.monotonic()
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before: trust ratios, and sizes for the rest")
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
