"""Of requirements.lock, what the product runs on, hashes and all: `python product_lock.py < requirements.lock > product.lock`.

The lock says after each package what it came in through; what only tests and checks need came in through requirements-dev.in alone.
"""

import re
import sys
from collections.abc import Iterator

ROOT = "-r requirements.in"
_NAME = re.compile(r"([A-Za-z0-9._-]+)==")
_VIA = re.compile(r"#(?: via)?\s+(\S.*)")


def blocks(lock: str) -> Iterator[tuple[str, set[str], str]]:
    """Gives each package of the lock: its name, what it came in through, and its lines."""
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock.strip()):
        through = {found[1].strip() for line in block.splitlines() if (found := _VIA.match(line.strip())) and found[1] != "via"}
        if name := _NAME.match(block):
            yield name[1], through, block


def product(lock: str) -> str:
    """Gives the part of the lock that requirements.in leads to."""
    found = list(blocks(lock))
    kept: set[str] = {ROOT}
    while more := {name for name, through, _ in found if through & kept} - kept:
        kept |= more
    return "\n".join(block for name, _, block in found if name in kept) + "\n"


if __name__ == "__main__":
    sys.stdout.write(product(sys.stdin.read()))
