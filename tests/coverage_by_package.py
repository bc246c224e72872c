"""What the last `make coverage` ran, by package: `python -m tests.coverage_by_package`."""

import json
import sys
from collections import defaultdict
from pathlib import PurePath

from coverage import Coverage

from deploy.local.places import RUN

FOLDER = RUN / "coverage"


def by_package(measured: dict) -> dict[str, tuple[int, int]]:
    """Gives the statements of each package, and how many of them ran."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, file in measured["files"].items():
        package = found[str(PurePath(name).parent)]
        package[0] += file["summary"]["num_statements"]
        package[1] += file["summary"]["covered_lines"]
    return {name: (statements, ran) for name, (statements, ran) in sorted(found.items()) if statements}


def main() -> None:
    """Prints the table, and where each line can be looked at."""
    coverage = Coverage()
    coverage.load()
    file = FOLDER / "coverage.json"
    coverage.json_report(outfile=str(file))
    coverage.html_report(directory=str(FOLDER / "html"))
    packages = by_package(json.loads(file.read_text()))
    for name, (statements, ran) in packages.items():
        print(f"{ran / statements:6.1%}  {ran:6} of {statements:6}  {name}")
    statements, ran = (sum(column) for column in zip(*packages.values(), strict=True))
    print(f"{ran / statements:6.1%}  {ran:6} of {statements:6}  in all; line by line: {FOLDER / 'html' / 'index.html'}")


if __name__ == "__main__":
    sys.exit(main())
