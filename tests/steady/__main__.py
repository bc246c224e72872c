"""Runs whole suites side by side, again and again: `python -m tests.steady [ROUNDS]`. Prints what each came to, and each test that failed.

A suite that passes alone may still hold a clock against the machine. Here each of a round's suites has the others beside it, each in
a clone of HEAD with engines of its own; a round of three is three runs with two others beside them. SUITES says how many (3),
ARGS is passed to `make test`.
"""

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.support.suite import journal

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".run" / "steady"


@dataclass(frozen=True)
class Ended:
    """One suite of a round: its exit code, seconds, and the names of the tests that failed."""

    code: int
    seconds: float
    passed: int
    failed: list[str]


def clone(folder: Path) -> None:
    """Makes a clone of HEAD that has nothing of ours; one that is there already keeps what it has fetched and built."""
    if not (folder / ".git").exists():
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
    subprocess.run(["git", "fetch", "--quiet", "origin", head], cwd=folder, check=True)
    subprocess.run(["git", "checkout", "--quiet", "--detach", head], cwd=folder, check=True)


def one_round(suites: int) -> list[Ended]:
    """Runs `make test` in each clone at once, and waits for all."""
    folders = [FOLDER / f"suite-{number}" for number in range(1, suites + 1)]
    for folder in folders:
        clone(folder)
    began, running = time.monotonic(), {}
    ended: dict[Path, Ended] = {}
    try:
        for folder in folders:
            with (folder.parent / f"{folder.name}.log").open("ab") as log:
                command = ["make", "test", f"ARGS={os.environ.get('ARGS', '')}"]
                running[folder] = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        while running.keys() - ended.keys():
            for folder in running.keys() - ended.keys():
                if (code := running[folder].poll()) is not None:
                    ended[folder] = _account(folder, code, time.monotonic() - began)
            time.sleep(1)
    finally:
        for process in running.values():
            process.terminate()  # what a run has started ends with it
            process.wait()
    return [ended[folder] for folder in folders]


def _account(folder: Path, code: int, seconds: float) -> Ended:
    files = (folder / ".run").glob("test-share-*.jsonl")
    outcomes = {name: result.outcome for file in files for name, result in journal.read(file).tests.items()}
    failed = sorted(name for name, outcome in outcomes.items() if outcome in ("failed", ""))
    return Ended(code, seconds, sum(outcome == "passed" for outcome in outcomes.values()), failed)


def main(rounds: int, suites: int) -> int:
    """Runs the rounds; 0 when every suite of each passed."""
    worst = 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for number in range(1, rounds + 1):
        for place, one in enumerate(one_round(suites), 1):
            word = "passed" if one.code == 0 else f"FAILED ({one.code})"
            print(f"round {number} suite {place}: {word}, {one.passed} tests passed in {one.seconds:.0f} s", flush=True)
            for name in one.failed:
                print(f"    {name}", flush=True)
            worst = worst or one.code
    if not worst:
        shutil.rmtree(FOLDER)
    return worst


if __name__ == "__main__":
    try:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 4, int(os.environ.get("SUITES", "3"))))
    except KeyboardInterrupt:
        sys.exit("interrupted: what was started is stopped")
