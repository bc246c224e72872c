"""Sharing the suite out between processes."""

from pathlib import Path

from tests.side_by_side import expected_times, others_of, shared_out, unit_of

ROOT = Path(__file__).resolve().parents[3]


def test_every_test_file_is_in_exactly_one_share():
    plan = shared_out(expected_times(), 3)
    files = [str(file.relative_to(ROOT)) for file in (ROOT / "tests").rglob("test_*.py")]
    assert {unit_of(file) for file in files} == set(plan)
    assert set(plan.values()) == {0, 1, 2}


def test_what_one_process_leaves_out_is_what_the_others_run():
    plan = {"tests/a": 0, "tests/b": 1, "tests/c": 2}
    assert others_of(plan, 1) == ["--ignore=tests/a", "--ignore=tests/c"]
    assert all(
        others_of(plan, share).count(f"--ignore={unit}") == (owner != share) for unit, owner in plan.items() for share in range(3)
    )


def test_files_that_share_a_running_college_stay_together():
    assert unit_of("tests/journeys/test_main_job.py") == unit_of("tests/journeys/test_bad_input.py") == "tests/journeys"
    assert unit_of("tests/service/qa/test_cycles.py") == "tests/service/qa/test_cycles.py"


def test_the_longest_go_first_to_who_has_least():
    assert shared_out({"a": 5, "b": 4, "c": 3, "d": 3}, 2) == {"a": 0, "b": 1, "c": 1, "d": 0}
