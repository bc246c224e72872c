"""`make bench-bus` (`python -m tests.benchmarks.bus [PART…]`): the tables of the bus, each figure beside a floor measured in the same run.

Parts: calls, reads, events, growth; all when none is named; and `before`, where BEFORE names a commit to be measured beside.
ROUNDS changes how often each is repeated (5); RUN_DIR names other engines.
"""

import sys

from tests.benchmarks import parts
from tests.benchmarks.bus import before, calls, events, growth, reads
from tests.benchmarks.parts import Part

PARTS = {
    "calls": Part(calls.run, calls.TARGETS),
    "reads": Part(reads.run),
    "events": Part(events.run, events.TARGETS),
    "growth": Part(growth.run, growth.TARGETS),
}
if before.COMMIT:
    PARTS["before"] = Part(before.run, before.TARGETS)


if __name__ == "__main__":
    sys.exit(parts.run(PARTS, sys.argv[1:], rounds=5, trust="ratios, and sizes for the rest"))
