"""How a bench ends: a line for each target, and a status that says whether all were met."""

import math
import re
import signal
from pathlib import Path

import pytest

from tests.benchmarks import bench, parts, sign_ins
from tests.benchmarks.bus.__main__ import PARTS as BUS
from tests.benchmarks.parts import Part
from tests.benchmarks.scale import costs
from tests.benchmarks.scale.__main__ import PARTS as SCALE
from tests.benchmarks.targets import Target, verdict
from tests.portal import bench_pages

SHARE = Target("calls at 16 at once", 0.65, better="higher", unit="of the floor")
WAIT = Target("events at 20 a second, p50", 4, unit="ms")
ROOT = Path(__file__).resolve().parents[3]
BENCHES = {
    "bench": bench.TARGETS,
    "bench-bus": [target for part in BUS.values() for target in part.targets],
    "bench-sign-in": sign_ins.TARGETS,
    "bench-scale": [target for part in SCALE.values() for target in part.targets],
    "bench-pages": bench_pages.TARGETS,
}


class NoRoom:
    """A room in which nothing is started."""

    def __init__(self, _say) -> None:
        self.closed = False

    def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def signals_as_before():
    """A bench takes SIGTERM for itself; the tests' process gets its own back."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def ended(capsys):
    """Runs a bench of one part, which measures the figures given; gives its status and its last lines."""

    def end(targets, figures):
        def measure(_room, _rounds, _say, found):
            found.update(figures)
            return ()

        status = parts.run({"part": Part(measure, targets)}, [], rounds=1, trust="nothing", room=NoRoom)
        return status, capsys.readouterr().out.splitlines()[-len(targets) :]

    return end


def test_targets_that_are_met_are_the_last_lines_and_the_status_is_zero(ended):
    assert ended((SHARE, WAIT), {SHARE: 0.89, WAIT: 3.2}) == (
        0,
        [
            "met    calls at 16 at once: 0.89 of the floor (at least 0.65)",
            "met    events at 20 a second, p50: 3.2 ms (at most 4)",
        ],
    )


def test_one_target_missed_makes_the_status_non_zero(ended):
    assert ended((SHARE, WAIT), {SHARE: 0.89, WAIT: 4.2}) == (
        1,
        [
            "met    calls at 16 at once: 0.89 of the floor (at least 0.65)",
            "missed events at 20 a second, p50: 4.2 ms (at most 4)",
        ],
    )


def test_a_figure_that_was_not_measured_counts_as_missed(ended):
    assert ended((SHARE, WAIT), {SHARE: 0.89}) == (
        1,
        [
            "met    calls at 16 at once: 0.89 of the floor (at least 0.65)",
            "missed events at 20 a second, p50: not measured (at most 4)",
        ],
    )


def test_a_bench_that_breaks_down_still_says_what_it_did_not_measure(capsys):
    def measure(_room, _rounds, _say, _figures):
        raise RuntimeError("the broker went away")

    with pytest.raises(RuntimeError):
        parts.run({"part": Part(measure, (WAIT,))}, [], rounds=1, trust="nothing", room=NoRoom)
    assert capsys.readouterr().out.splitlines()[-1] == "missed events at 20 a second, p50: not measured (at most 4)"


def test_only_the_parts_asked_for_are_judged(capsys):
    def measure(_room, _rounds, _say, figures):
        figures[SHARE] = 0.7
        return ()

    both = {"calls": Part(measure, (SHARE,)), "events": Part(measure, (WAIT,))}
    assert parts.run(both, ["calls"], rounds=1, trust="nothing", room=NoRoom) == 0
    assert "events" not in capsys.readouterr().out


@pytest.mark.parametrize(("figure", "met"), [(0.65, True), (0.64, False), (1.2, True), (math.nan, False)])
def test_where_higher_is_better_the_limit_is_the_least(figure, met):
    assert SHARE.met(figure) is met


@pytest.mark.parametrize(("figure", "met"), [(4.0, True), (4.01, False), (0.1, True), (math.nan, False)])
def test_where_lower_is_better_the_limit_is_the_most(figure, met):
    assert WAIT.met(figure) is met


def test_a_figure_is_judged_as_it_is_told():
    assert SHARE.line(0.6499) == "met    calls at 16 at once: 0.65 of the floor (at least 0.65)"
    assert Target("the heaviest page", 15_000, unit="bytes").line(15_001) == (
        "missed the heaviest page: 15,001 bytes (at most 15,000)"
    )


def test_a_figure_that_no_target_asks_for_is_refused():
    with pytest.raises(ValueError, match="events at 20 a second"):
        verdict((SHARE,), {SHARE: 0.9, WAIT: 3.0}, print)


@pytest.mark.parametrize("command", BENCHES)
def test_every_bench_of_the_makefile_has_targets_and_no_two_of_one_name(command):
    names = [target.name for target in BENCHES[command]]
    assert names
    assert len(names) == len(set(names))


def test_every_bench_of_the_makefile_is_known_here():
    assert set(re.findall(r"^(bench[a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE)) == set(BENCHES)


@pytest.mark.parametrize(
    ("target", "row"),
    [
        (costs.SEARCH, r"^\| search among 100,000, one registry .*\| ([\d.]+) \|$"),
        (costs.PAYMENT, r"^\| payment recorded, one billing .*\| ([\d.]+) \|$"),
        (costs.REGISTRATION, r"^\| processor time, ms .*\| ([\d.]+) \|$"),
    ],
    ids=["search", "payment", "registration"],
)
def test_what_may_be_used_is_what_the_page_on_capacity_counts_with(target, row):
    (told,) = re.findall(row, (ROOT / "deploy/capacity.md").read_text(), re.MULTILINE)
    assert target.limit == float(told)
