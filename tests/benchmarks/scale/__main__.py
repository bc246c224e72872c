"""`make bench-scale` (`python -m tests.benchmarks.scale [PART…]`): one service at 1, 2 and 3 replicas, beside a floor measured in the same run.

Parts: searches, payments, turns, registrations; all when none is named. Processor time is read from `/proc` by process, which depends
little on what else the machine does; the requests a second depend on it much. ROUNDS changes how often each is repeated (3); RUN_DIR names
other engines.
"""

import sys

from tests.benchmarks import parts
from tests.benchmarks.parts import Part
from tests.benchmarks.scale import payments, registrations, searches, turns

PARTS = {
    "searches": Part(searches.run, searches.TARGETS),
    "payments": Part(payments.run, payments.TARGETS),
    "turns": Part(turns.run, turns.TARGETS),
    "registrations": Part(registrations.run, registrations.TARGETS),
}


if __name__ == "__main__":
    sys.exit(parts.run(PARTS, sys.argv[1:], rounds=3, trust="the processor time, and ratios"))
