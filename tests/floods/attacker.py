"""Runs one flood in a process of its own: `python -m tests.floods.attacker`.

Its order is JSON on standard input; what the answers were is JSON on standard output.
"""

import asyncio
import json
import sys

from tests.floods.attacks import ATTACKS, Target


def main() -> int:
    """Floods for the time in the order; prints what the answers were."""
    order = json.load(sys.stdin)
    attack = ATTACKS[order["name"]]
    target = Target(order["host"], order["port"], order["tls"], attack.sources, order["lasts_s"], order["token"])
    print("begun", flush=True)
    asyncio.run(attack.run(target))
    print(json.dumps(target.answers), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
