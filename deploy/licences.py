"""Are the licences of all that is installed those that `docs/licences.md` allows: `python -m deploy.licences` (`make licences`).

Lists each library with the licence that its own metadata states, and ends with 1 when one has no entry, or states something else.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator

from deploy import locks

PAGE = locks.ROOT / "docs" / "licences.md"
_ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+?) \|", re.M)


def section(title: str) -> dict[str, str]:
    """Gives the rows of one table of the page: what is named in its first column, and the second."""
    text = PAGE.read_text().partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return dict(_ROW.findall(text))


def stated() -> dict[str, str]:
    """Gives what the metadata of each installed library states as its licence."""
    command = [sys.executable, "-m", "piplicenses", "--format=json", "--from=mixed", "--with-system", "--python", sys.executable]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return {locks.comparable(library["Name"]): library["License"] for library in told}


def faults(locked: set[str], allowed: dict[str, str], installed: dict[str, str]) -> Iterator[str]:
    """Says what is locked without an entry, or states another licence than its entry."""
    for name in sorted(locked):
        if name not in allowed:
            yield f"{name} has no entry (its metadata: {installed.get(name, 'not installed here')})"
        elif installed.get(name, allowed[name]) != allowed[name]:
            yield f"{name} states “{installed[name]}”, and its entry “{allowed[name]}”"


def main() -> int:
    """Prints the list, and what does not fit."""
    locked, allowed, installed = locks.names(), section("Libraries"), stated()
    for name in sorted(locked):
        print(f"{name:42} {installed.get(name, 'not installed here')}")
    wrong = list(faults(locked, allowed, installed))
    print(
        "\n".join(["", *wrong]) if wrong else f"\n{len(locked)} libraries, each with its entry in {PAGE.relative_to(locks.ROOT)}"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
