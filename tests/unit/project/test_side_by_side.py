"""Sharing the suite out between processes."""

from pathlib import Path
from types import SimpleNamespace

from tests.side_by_side import FAST, expected_times, others_of, own_of, shared_out, slowest, unit_of
from tests.support.suite.journal import Journal, Result, read

ROOT = Path(__file__).resolve().parents[3]


def test_every_test_file_is_in_exactly_one_share():
    plan = shared_out(expected_times(), 3)
    files = [str(file.relative_to(ROOT)) for file in (ROOT / "tests").rglob("test_*.py")]
    assert {unit_of(file) for file in files} == set(plan)
    assert set(plan.values()) == {0, 1, 2}


def test_what_one_process_leaves_out_is_what_the_others_run():
    plan = {"tests/a": 0, "tests/b": 1, "tests/c": 2}
    assert others_of(plan, 1) == ["tests", "--ignore=tests/a", "--ignore=tests/c"]
    assert all(
        others_of(plan, share).count(f"--ignore={unit}") == (owner != share) for unit, owner in plan.items() for share in range(3)
    )


def test_files_that_share_a_running_college_stay_together():
    assert unit_of("tests/journeys/test_main_job.py") == unit_of("tests/journeys/test_bad_input.py") == "tests/journeys"
    assert unit_of("tests/service/qa/test_cycles.py") == "tests/service/qa/test_cycles.py"


def test_the_longest_go_first_to_who_has_least():
    assert shared_out({"a": 5, "b": 4, "c": 3, "d": 3}, 2) == {"a": 0, "b": 1, "c": 1, "d": 0}


def test_the_fast_run_has_unit_tests_and_some_of_every_service_and_starts_no_college():
    units = expected_times(FAST)
    assert "tests/unit" in units
    folders = {folder.name for folder in (ROOT / "tests/service").iterdir() if (folder / "__init__.py").exists()}
    assert {unit.split("/")[2] for unit in units if unit.startswith("tests/service/")} == folders
    assert all(unit == "tests/unit" or unit.startswith("tests/service/") for unit in units)
    assert all((ROOT / path).exists() for path in FAST)
    assert sum(units.values()) < sum(expected_times().values()) / 3


def test_a_process_of_the_fast_run_is_given_what_is_its_own():
    plan = {"tests/a": 0, "tests/b": 1, "tests/c": 0}
    assert [own_of(plan, share) for share in (0, 1)] == [["tests/a", "tests/c"], ["tests/b"]]


def test_what_is_slow_is_told_with_how_long_it_took_to_set_up(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl")
    journal.pytest_runtest_logstart("tests/a")
    for when, seconds in (("setup", 2.0), ("call", 1.0), ("teardown", 0.5)):
        phase = SimpleNamespace(nodeid="tests/a", when=when, duration=seconds, failed=False, skipped=False, outcome="passed")
        journal.pytest_runtest_logreport(phase)
    journal.pytest_runtest_logfinish("tests/a")
    results = read(tmp_path / "journal.jsonl").tests | {"tests/b": Result("passed", 9.0)}
    assert slowest(results) == [
        "    9.0 s,   0.0 s of it setting up  tests/b",
        "    3.5 s,   2.0 s of it setting up  tests/a",
    ]
