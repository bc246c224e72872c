"""What is known against the locked libraries: `python -m deploy.advisories` (`make advisories`), by pip-audit.

Asks OSV, or PyPI where OSV is not reached, and keeps the answer with its date in `docs/advisories.md`. What was decided of an advisory
is written there by hand and stays. Ends with 1 when an advisory has no decision, and with 3 when nobody could be asked: then nothing is known.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from deploy import locks

PAGE = locks.ROOT / "docs" / "advisories.md"
SERVICES = {"osv": "OSV", "pypi": "PyPI"}
UNDECIDED, NOT_ASKED = 1, 3
OPEN = "none yet"
_ROW = re.compile(r"^\| `([^`]+)` \| (\S+) \| (\S+) \| ([^|]*) \| ([^|]*) \|$", re.M)


@dataclass(frozen=True)
class Advisory:
    """One weakness that is known of a locked version."""

    library: str
    version: str
    id: str
    fixed_in: str


class NobodyAnswered(Exception):
    """No service could be asked about a library."""


def audited(lock: Path, service: str) -> list[Advisory]:
    """Asks one service about every library of a lock. Raises NobodyAnswered when it knew one of them not, or was not there."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(lock), "--disable-pip", "--no-deps", "-s", service]
    done = subprocess.run([*command, "-f", "json", "--progress-spinner", "off"], capture_output=True, text=True, check=False)
    try:
        found = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        last_word = (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
        raise NobodyAnswered(f"{SERVICES[service]} was not reached ({last_word.partition(':')[0]})") from None
    return read(found, service)


def read(found: list[dict], service: str) -> list[Advisory]:
    """Reads pip-audit's answer. A library that was left out is one of which nothing is known, though pip-audit calls it no fault."""
    if left_out := [library["name"] for library in found if "skip_reason" in library]:
        raise NobodyAnswered(
            f"{SERVICES[service]} answered nothing of {len(left_out)} of {len(found)} ({', '.join(left_out[:3])}, …)"
        )
    return [
        Advisory(library["name"], library["version"], vulnerability["id"], ", ".join(vulnerability["fix_versions"]))
        for library in found
        for vulnerability in library["vulns"]
    ]


def service_that_answers() -> str:
    """Gives the first service that answers about one library; raises NobodyAnswered with what each said."""
    told = []
    name, version = next(locks.pinned(locks.files()[0].read_text()))
    for service in SERVICES:
        with tempfile.TemporaryDirectory() as folder:
            lock = Path(folder) / "one.txt"
            lock.write_text(f"{name}=={version}\n")
            try:
                audited(lock, service)
                return service
            except NobodyAnswered as error:
                told.append(str(error))
    raise NobodyAnswered("; ".join(told))


def decisions(page: str) -> dict[tuple[str, str], str]:
    """Gives what was decided, by library and advisory."""
    return {(library, advisory): decision.strip() for library, _, advisory, _, decision in _ROW.findall(page)}


def written(page: str, found: Iterable[Advisory], asked: str) -> str:
    """Gives the page with a new answer below its introduction, the decisions kept."""
    decided, introduction = decisions(page), page.partition("\n## ")[0].rstrip()
    rows = [
        f"| `{advisory.library}` | {advisory.version} | {advisory.id} | {advisory.fixed_in or 'nothing yet'} "
        f"| {decided.get((advisory.library, advisory.id), OPEN)} |"
        for advisory in sorted(set(found), key=lambda advisory: (advisory.library, advisory.id, advisory.version))
    ]
    head = ["| library | version | advisory | fixed in | decision |", "|---|---|---|---|---|"]
    table = [*head, *rows] if rows else ["Nothing is known against any of them."]
    return "\n".join([introduction, "", "## The last answer", "", asked, "", *table, ""])


def main() -> int:
    """Asks, writes the page, and says what is undecided."""
    try:
        service = service_that_answers()
        found = {advisory for lock in locks.files() for advisory in audited(lock, service)}
    except NobodyAnswered as error:
        print(f"Nobody could be asked, so nothing is known: {error}\n{PAGE.relative_to(locks.ROOT)} stays as it is.")
        return NOT_ASKED
    asked = f"{SERVICES[service]}, on {datetime.now(UTC):%Y-%m-%d}, of {len(locks.names())} libraries."
    PAGE.write_text(written(PAGE.read_text(), found, asked))
    undecided = [advisory for advisory in found if decisions(PAGE.read_text())[advisory.library, advisory.id] == OPEN]
    print(f"{asked} {len(found)} advisories, {len(undecided)} without a decision: {PAGE.relative_to(locks.ROOT)}")
    return UNDECIDED if undecided else 0


if __name__ == "__main__":
    sys.exit(main())
