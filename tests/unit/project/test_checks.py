"""What is checked before a commit is what `make lint` checks, and every check can fail."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.coverage_by_package import by_package

ROOT = Path(__file__).resolve().parents[3]
BIN = Path(sys.executable).parent


def lint() -> list[str]:
    """The commands of `make lint`, without what stands before their names."""
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.M)[1]
    return [re.sub(r"\$\((PY|VENV)\)(/bin/| (-W ignore )?-m )", "", line.strip()) for line in recipe.splitlines()]


def hooks() -> list[dict]:
    [repository] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert repository["repo"] == "local"
    return repository["hooks"]


def test_the_hooks_are_the_commands_of_make_lint_and_download_nothing():
    entries = [re.sub(r"^\.venv/bin/(python -m )?", "", hook["entry"]).replace(" --force-exclude", "") for hook in hooks()]
    assert sorted(entries) == sorted(command.removesuffix(" .") for command in lint())
    assert {hook["language"] for hook in hooks()} == {"system"}


@pytest.mark.parametrize(("text", "found"), [("a mesage that is beeing sent", 2), ("le registre de l’été", 0), ("a message", 0)])
def test_slips_in_english_are_found_and_french_is_let_alone(tmp_path, text, found):
    (tmp_path / "page.md").write_text(text)
    command = [BIN / "codespell", "--toml", ROOT / "pyproject.toml", tmp_path / "page.md"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout.count("==>"), done.returncode) == (found, 65 if found else 0), done.stderr


def test_what_tests_ran_is_told_by_package():
    def file(statements, ran):
        return {"summary": {"num_statements": statements, "covered_lines": ran}}

    measured = {"files": {"a/b/c.py": file(10, 5), "a/b/d.py": file(2, 2), "a/e.py": file(1, 0), "a/__init__.py": file(0, 0)}}
    assert by_package(measured) == {"a": (1, 0), "a/b": (12, 7)}
