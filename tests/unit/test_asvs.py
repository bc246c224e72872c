"""The table of OWASP's requirements names tests that exist, and leaves no answer empty."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "asvs.md").read_text()
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")
ROWS = [line.split(" | ") for line in TEXT.splitlines() if re.match(r"\| \d+\.", line)]


@cache
def known_in(path: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / path).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_each_named_test_exists():
    named = NAMED.findall(TEXT)
    assert len(named) > 100
    assert [f"{path}::{name}" for path, name in named if name not in known_in(path)] == []


def test_each_requirement_has_an_answer_that_says_how_or_why_not():
    assert len(ROWS) > 150
    for row in ROWS:
        assert len(row) == 4, row
        answer = row[3].removesuffix(" |")
        assert NAMED.search(answer) or re.search(
            r"not applicable.*because|by construction:|open|`[\w/.]+`|operator’?'?s", answer
        ), row
