"""`make test`: the whole suite in several pytest processes side by side, on the same engines. `python -m tests.side_by_side [PYTEST ARGUMENT…]`

Tests wait for brokers, databases and processes more than they compute, and pytest-xdist does not bear eventlet's patching: so whole
processes share the files. A folder whose tests use one running college stays in one process. How long each took is kept under `.run`, and
the next run shares by it; the first one goes by `usual_times.json`, the seconds of the long ones. SIDE_BY_SIDE says how many processes (2).
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path

from deploy.local.engines import Engines

ROOT = Path(__file__).resolve().parent.parent
USUAL_TIMES = Path(__file__).with_name("usual_times.json")
TIMES = ROOT / ".run" / "test-times.json"
SHARE_VARIABLE = "TEST_SHARE"
WHOLE_FOLDERS = ("tests/journeys", "tests/resilience", "tests/deploy", "tests/unit", "tests/portal")
TOLD_EVERY_S = 60.0
NOTHING_COLLECTED = 5
_COUNT = re.compile(r"(\d+) (passed|failed|skipped|errors?)\b")


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


def expected_times() -> dict[str, float]:
    """Gives the seconds that each unit took last time; one that is new is taken for as long as its text is."""
    known = json.loads(USUAL_TIMES.read_text()) | (json.loads(TIMES.read_text()) if TIMES.exists() else {})
    guessed: dict[str, float] = {}
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        unit = unit_of(str(file.relative_to(ROOT)))
        guessed[unit] = guessed.get(unit, 0.0) + file.stat().st_size / 800
    return {unit: known.get(unit, seconds) for unit, seconds in guessed.items()}


@contextmanager
def engines_up():
    """Keeps the engines up as long as any share needs them, so that none starts or stops them again."""
    durable = Engines(ROOT / ".run")
    quick = Engines(ROOT / ".run" / "tests", packages=durable.packages, throwaway=True)
    durable.start()
    quick.start()
    try:
        yield
    finally:
        quick.stop()
        durable.stop()


def run(shares: int, arguments: list[str]) -> int:
    """Runs all shares, tells how far they are, prints what each printed, and ends with the counts of all; gives the exit code."""
    plan = shared_out(expected_times(), shares)
    (ROOT / ".run").mkdir(exist_ok=True)
    began, logs = time.monotonic(), [ROOT / ".run" / f"test-share-{share}.log" for share in range(shares)]
    with engines_up():
        processes = [_start(share, log, [*others_of(plan, share), *arguments]) for share, log in enumerate(logs)]
        told = began
        while any(process.poll() is None for process in processes):
            time.sleep(0.5)
            if time.monotonic() - told > TOLD_EVERY_S:
                told = time.monotonic()
                print(f"  {told - began:4.0f} s: " + ", ".join(_progress(log) for log in logs), flush=True)
    for share, log in enumerate(logs):
        print(f"\n== share {share + 1} of {shares}\n{log.read_text()}", flush=True)
    _keep_times(shares)
    return _summary([process.returncode for process in processes], logs, time.monotonic() - began)


def others_of(plan: dict[str, int], share: int) -> list[str]:
    """Gives pytest's options that leave to the other processes what is theirs: it is not even read."""
    return [f"--ignore={unit}" for unit, owner in sorted(plan.items()) if owner != share]


def _start(share: int, log: Path, arguments: list[str]) -> subprocess.Popen:
    environment = {**os.environ, SHARE_VARIABLE: str(share)}
    with log.open("w") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "pytest", "tests", "-rs", *arguments], cwd=ROOT, env=environment, stdout=output, stderr=output
        )


def _progress(log: Path) -> str:
    found = re.findall(r"\[ *(\d+)%\]", log.read_text())
    return f"{found[-1] if found else 0} %"


def _keep_times(shares: int) -> None:
    times = json.loads(TIMES.read_text()) if TIMES.exists() else {}
    for file in [times_file(share) for share in range(shares)]:
        if file.exists():
            times |= json.loads(file.read_text())
            file.unlink()
    TIMES.write_text(json.dumps(times, indent=1, sort_keys=True))


def times_file(share: int) -> Path:
    """Where a share writes how long its units took."""
    return ROOT / ".run" / f"test-times-{share}.json"


def _summary(codes: Iterable[int], logs: list[Path], seconds: float) -> int:
    codes, counts = list(codes), {"passed": 0, "failed": 0, "skipped": 0}
    for log in logs:
        closing = next((line for line in reversed(log.read_text().splitlines()) if _COUNT.search(line) and " in " in line), "")
        for number, what in _COUNT.findall(closing):
            counts["failed" if what.startswith("error") else what] += int(number)
    print(f"== {len(logs)} shares in {seconds:.0f} s")
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped", flush=True)
    if all(code == NOTHING_COLLECTED for code in codes):
        return NOTHING_COLLECTED
    return next((code for code in codes if code not in (0, NOTHING_COLLECTED)), 0)


if __name__ == "__main__":
    sys.exit(run(int(os.environ.get("SIDE_BY_SIDE", "2")), sys.argv[1:]))
