"""`make test`: the whole suite in several pytest processes side by side. `python -m tests.side_by_side [fast] [PYTEST ARGUMENT…]`

Tests wait for brokers, databases and processes more than they compute, and pytest-xdist does not bear eventlet's patching: so whole
processes share the files. A folder whose tests use one running college stays in one process. How long each took is kept under `.run`, and
the next run shares by it; the first one goes by `usual_times.json`, the seconds of the long ones. SIDE_BY_SIDE says how many processes (2).

`fast` runs what one runs while working: no browser, no whole college, of each service the tests of what it is for.

A test that takes its process with it fails alone: another process runs the rest of that share (`support/suite/share.py`). What an earlier run
of this folder has left, however it ended, is ended first (`deploy/local/runs.py`).
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local import runs
from deploy.local.engines.engines import Engines
from deploy.local.leftovers import end_leftovers, remove_left_sites
from tests.support.suite.journal import Result
from tests.support.suite.share import NOTHING_COLLECTED, Share

ROOT = Path(__file__).resolve().parent.parent
USUAL_TIMES = Path(__file__).with_name("usual_times.json")
TIMES = ROOT / ".run" / "test-times.json"
WHOLE_FOLDERS = ("tests/journeys", "tests/resilience", "tests/deploy", "tests/unit", "tests/portal")
FAST = (
    "tests/unit",
    "tests/service/across/test_own_matter.py",
    "tests/service/applications/test_form.py",
    "tests/service/applications/test_review.py",
    "tests/service/billing/test_finalisation.py",
    "tests/service/billing/test_payments.py",
    "tests/service/correspondence/test_letters.py",
    "tests/service/floor/test_calls.py",
    "tests/service/floor/test_events.py",
    "tests/service/gateway/test_api.py",
    "tests/service/identity/test_sessions.py",
    "tests/service/portal/test_pages.py",
    "tests/service/qa",
    "tests/service/registry/test_registrations.py",
    "tests/service/staff/test_sign_in.py",
)
TOLD_EVERY_S = 60.0
SLOWEST = 20


def unit_of(path: str) -> str:
    """Gives what a test file is shared out with: its folder, if one college serves the whole folder, else itself."""
    return next((folder for folder in WHOLE_FOLDERS if path.startswith(f"{folder}/")), path)


def shared_out(times: dict[str, float], shares: int) -> dict[str, int]:
    """Shares units out so that all processes end at about the same time: the longest first, each to who has least so far."""
    load, plan = [0.0] * shares, {}
    for unit, seconds in sorted(times.items(), key=lambda one: (-one[1], one[0])):
        plan[unit] = load.index(min(load))
        load[plan[unit]] += seconds
    return plan


def expected_times(paths: tuple[str, ...] = ("tests",)) -> dict[str, float]:
    """Gives the seconds that each unit under these paths took last time; one that is new is taken for as long as its text is."""
    known = json.loads(USUAL_TIMES.read_text()) | (json.loads(TIMES.read_text()) if TIMES.exists() else {})
    guessed: dict[str, float] = {}
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        name = str(file.relative_to(ROOT))
        if not any(name == path or name.startswith(f"{path}/") for path in paths):
            continue
        unit = unit_of(name)
        guessed[unit] = guessed.get(unit, 0.0) + file.stat().st_size / 800
    return {unit: known.get(unit, seconds) for unit, seconds in guessed.items()}


@contextmanager
def engines_up() -> Iterator[Engines]:
    """Keeps the engines up as long as any share needs them, so that none starts or stops them again; gives the durable ones."""
    durable = Engines(ROOT / ".run")
    quick = Engines(ROOT / ".run" / "tests", packages=durable.packages, throwaway=True)
    try:
        durable.start()
        quick.start()
        yield durable
    finally:
        quick.stop()
        durable.stop()


def run(shares: int, arguments: list[str], fast: bool = False) -> int:
    """Runs all shares, tells how far they are, prints what each printed, and ends with the counts of all; gives the exit code."""
    plan = shared_out(expected_times(FAST) if fast else expected_times(), shares)
    (ROOT / ".run").mkdir(exist_ok=True)
    end_leftovers(print)
    runs.begin(ROOT)
    began, running = time.monotonic(), []
    with engines_up() as durable:
        remove_left_sites(durable)
        try:
            for number in range(shares):
                command = [sys.executable, "-m", "pytest", *(own_of if fast else others_of)(plan, number), "-rs", *arguments]
                running.append(Share(ROOT / ".run" / f"test-share-{number}", command, ROOT))
            _watch(running, began)
        finally:
            for share in running:
                share.end()
    for number, share in enumerate(running, 1):
        print(f"\n== share {number} of {shares}\n{share.log.read_text(errors='replace')}", flush=True)
    _keep_times(running)
    return _summary(running, time.monotonic() - began)


def own_of(plan: dict[str, int], share: int) -> list[str]:
    """Gives what a process runs, by name."""
    return sorted(unit for unit, owner in plan.items() if owner == share)


def others_of(plan: dict[str, int], share: int) -> list[str]:
    """Gives pytest's options for all of the tests but what is the other processes': that is not even read."""
    return ["tests"] + [f"--ignore={unit}" for unit, owner in sorted(plan.items()) if owner != share]


def _watch(running: list[Share], began: float) -> None:
    told = began
    # Each of them, every time: none waits for another to be looked after.
    while sum(share.watch() for share in running):
        time.sleep(0.5)
        if time.monotonic() - told > TOLD_EVERY_S:
            told = time.monotonic()
            done = [[result for result in share.results().values() if result.outcome] for share in running]
            failed = sum(result.outcome == "failed" for results in done for result in results)
            counts = ", ".join(f"{len(results)} tests" for results in done)
            print(f"  {told - began:4.0f} s: {counts}" + (f", {failed} failed" if failed else ""), flush=True)


def _keep_times(running: list[Share]) -> None:
    times = json.loads(TIMES.read_text()) if TIMES.exists() else {}
    took: dict[str, float] = {}
    for share in running:
        for name, result in share.results().items():
            unit = unit_of(name.partition("::")[0])
            took[unit] = took.get(unit, 0.0) + result.seconds
    TIMES.write_text(json.dumps(times | took, indent=1, sort_keys=True))


def slowest(results: dict[str, Result]) -> list[str]:
    """Gives a line for each of the slowest tests, the slowest first: its seconds, and how many of them its fixtures took before it."""
    found = sorted(results.items(), key=lambda result: -result[1].seconds)[:SLOWEST]
    return [f"{result.seconds:7.1f} s, {result.setup:5.1f} s of it setting up  {name}" for name, result in found]


def _summary(running: list[Share], seconds: float) -> int:
    results: dict[str, Result] = {}
    for share in running:
        results |= share.results()
    print(f"== the {SLOWEST} slowest tests")
    print(*slowest(results), sep="\n")
    for share in running:
        for name, account in share.died.items():
            print(f"== FAILED {name}: {account}")
    counts = {
        outcome: sum(result.outcome == outcome for result in results.values()) for outcome in ("passed", "failed", "skipped")
    }
    print(f"== {len(running)} shares in {seconds:.0f} s")
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped", flush=True)
    codes = [share.code for share in running]
    if all(code == NOTHING_COLLECTED for code in codes):
        return NOTHING_COLLECTED
    return next((code for code in codes if code not in (0, NOTHING_COLLECTED)), 0) or 0


if __name__ == "__main__":
    try:
        fast = sys.argv[1:2] == ["fast"]
        sys.exit(run(int(os.environ.get("SIDE_BY_SIDE", "2")), sys.argv[1 + fast :], fast))
    except KeyboardInterrupt:
        sys.exit("interrupted: what was started is stopped")
