"""The table of OWASP's requirements names tests, files and passages that exist, and leaves no answer empty."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "asvs.md").read_text()
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
FILE = re.compile(r"[`(]([\w./-]+\.(?:py|md|yaml|json|toml|js))[`)]")
PASSAGE = re.compile(r'`([\w/.-]+\.md)`, "([^"]+)"')
PLACES = (".", "tests", "services", "docs", "gateway/portal/assets")
ROWS = [line.split(" | ") for line in TEXT.splitlines() if re.match(r"\| \d+\.", line)]

# How many requirements each section has at levels 1 and 2; those of level 3 come after them.
COUNTS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4,
    "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4,
    "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3,
    "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4,
    "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7,
    "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip


@cache
def known_in(path: str) -> set[str]:
    """The tests that pytest finds in a file and runs: not those within other functions, nor those that are left out."""
    tests = [node for node in ast.parse((ROOT / "tests" / path).read_text()).body if isinstance(node, ast.FunctionDef)]
    left_out = {node.name for node in tests for mark in node.decorator_list if re.search(r"\bskip\b|xfail", ast.unparse(mark))}
    return {node.name for node in tests if node.name.startswith("test_")} - left_out


def test_each_named_test_exists():
    named = NAMED.findall(TEXT)
    assert len(named) > 100
    assert [f"{path}::{name}" for path, name in named if name not in known_in(path)] == []


def test_each_named_test_is_named_with_its_file():
    beside = NAMED.sub("", TEXT)
    assert re.findall(r"`[^`]*\btest_\w+`", beside) == []


def test_each_named_file_exists():
    named = set(FILE.findall(NAMED.sub("", TEXT)))
    assert len(named) >= 10
    assert [path for path in named if not any((ROOT / folder / path).is_file() for folder in PLACES)] == []


def test_each_named_passage_is_a_heading_of_its_file():
    for path, title in PASSAGE.findall(TEXT):
        assert re.search(rf"^#+ .*{re.escape(title)}|^\*\*{re.escape(title)}", (ROOT / path).read_text(), re.M), (
            f"{path}: {title}"
        )


def test_each_name_of_a_lint_rule_is_one_that_is_checked():
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]["lint"]
    named = set(re.findall(r"\bS\d{3}\b", TEXT))
    assert "S" in lint["select"] and named and named & set(lint["ignore"]) == set()


def numbers_in(cell: str) -> list[str]:
    """Reads `10.4.1-10.4.3, 10.4.6` as the four numbers that it stands for."""
    found = []
    for part in cell.removeprefix("| ").split(", "):
        first, _, last = part.partition("-")
        section, _, number = first.rpartition(".")
        found += [f"{section}.{one}" for one in range(int(number), int((last or first).rpartition(".")[2]) + 1)]
    return found


def test_each_requirement_of_the_two_levels_is_answered_once():
    asked = [f"{section}.{number}" for section, count in COUNTS.items() for number in range(1, count + 1)]
    assert sorted(number for row in ROWS for number in numbers_in(row[0])) == sorted(asked)


def test_each_answer_is_a_test_or_says_why_there_is_none():
    for row in ROWS:
        assert len(row) == 4, row
        answer = row[3].removesuffix(" |")
        assert NAMED.search(answer) or answer.startswith(("not applicable", "by construction: ", "open", "operator's", "`")), row
