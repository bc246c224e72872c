"""What the product is said to need, it uses: a library that nothing imports is not installed beside it, nor looked after."""

import ast
import re
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from deploy import locks

FOLDERS = ("services", "gateway", "staff", "deploy")
# What others load: setuptools has pkg_resources, which nameko's command line imports; tzdata the zones for a machine without them.
LOADED_BY_OTHERS = {"setuptools", "tzdata"}


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_every_library_of_the_product_is_imported():
    listed = re.findall(r"^[A-Za-z0-9._-]+", (locks.ROOT / "requirements.in").read_text(), re.M)
    files = [file for folder in FOLDERS for file in Path(locks.ROOT, folder).rglob("*.py")]
    modules = {module.partition(".")[0] for file in files for module in imported(ast.parse(file.read_text()))}
    distributions = packages_distributions()
    used = {locks.comparable(name) for module in modules for name in distributions.get(module, ())}
    assert {locks.comparable(name) for name in listed} - used == LOADED_BY_OTHERS
