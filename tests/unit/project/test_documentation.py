"""What the project says of itself is there: every folder and file that `docs/` names, and a line for every package."""

import re
import subprocess
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
PAGES = sorted(
    page
    for page in [
        *ROOT.glob("*.md"),
        *DOCS.rglob("*.md"),
        *(ROOT / "services").glob("*/README.md"),
        *(ROOT / "gateway").rglob("README.md"),
        ROOT / "staff" / "README.md",
        ROOT / "deploy" / "README.md",
    ]
    if page.name != "CHANGELOG.md"  # what was, stays told as it was
)
# A decision is not changed when files move afterwards: the newest ones are true of the day on which they were made.
DECISIONS = DOCS / "decisions"
PRODUCT = ("services", "gateway", "staff", "deploy")
_FOLDER = r"(?:services|gateway|staff|deploy|tests|docs|\.ci)/[\w./*-]+"
_FILE = r"[\w.][\w./*-]*\.(?:py|md|yaml|toml|json|html|sh|js|css|conf|lock|typ)"
_NAMED = re.compile(rf"`({_FOLDER}|{_FILE})(?:::\w+)?`")
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
# Made by a command, or by whoever runs the college, and not kept here.
_MADE = {"docs/asyncapi.json"}


def tree() -> list[str]:
    """The folders that the annotated tree of the architecture names."""
    section = (DOCS / "architecture.md").read_text().partition("## Where things are")[2].partition("\n## ")[0]
    return [line.split()[0] for line in section.partition("```\n")[2].partition("```")[0].splitlines()]


@cache
def versioned() -> tuple[str, ...]:
    """The files of the repository, those that are not committed yet too."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    return tuple(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines())


def test_every_folder_that_the_tree_names_is_there():
    named = tree()
    assert len(named) == len(set(named)) > 50
    assert [folder for folder in named if not (ROOT / folder).is_dir()] == []


def test_every_package_of_the_product_has_its_line_in_the_tree():
    packages = {
        f"{Path(name).parent}/"
        for name in versioned()
        if name.startswith(PRODUCT) and name.endswith("/__init__.py") and name.count("/") > 1 and "/migrations/" not in name
    }
    assert len(packages) > 40
    assert sorted(packages - set(tree())) == []


@cache
def ends() -> set[str]:
    """Every way in which a file or folder may be named: its path, and each end of it that a page nearer to it may use."""
    paths = {parent for name in versioned() for parent in (Path(name), *Path(name).parents)}
    return {"/".join(path.parts[start:]) for path in paths for start in range(len(path.parts))}


def is_there(name: str) -> bool:
    if "*" in name:
        return any(fnmatch(path, f"*{name}") for path in versioned())
    return name.rstrip("/") in ends() or any(path.startswith(name) for path in versioned())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_that_a_page_names_is_there(page):
    named = {name for name in _NAMED.findall(page.read_text()) if name not in _MADE}
    assert sorted(name for name in named if not is_there(name)) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_something(page):
    links = [link for link in _LINK.findall(page.read_text()) if not re.match(r"[a-z]+:", link)]
    assert [link for link in links if not (page.parent / link).exists()] == []
