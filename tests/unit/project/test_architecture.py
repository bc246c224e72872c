"""The house plan, held: who may import whom, which service answers what, and that nothing announced goes unheard."""

import ast
import importlib
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import grimp
import pytest

from services.common.kernel.contract import Call, Event
from services.common.runtime.launch import service_class
from services.contracts import applications, billing, correspondence, identity, qa, registry

ROOT = Path(__file__).resolve().parents[3]
SERVICES = tuple(
    sorted(module.__name__.rsplit(".", 1)[-1] for module in (applications, billing, correspondence, identity, qa, registry))
)
MACHINERY = {"nameko", "kombu", "amqp", "werkzeug"}
# The shell, and the modules whose very job is to hand the shell something from outside.
SHELLS = {"service.py", "settings.py", "courier.py"}  # the courier is itself an extension: the loop that delivers mail


def answered(service: str) -> dict[str, type[Call]]:
    """What a service class answers, by method name."""
    cls = service_class(f"services.{service}.service")
    return {name: method.contract for name, method in vars(cls).items() if hasattr(method, "contract")}


def heard(service: str) -> set[str]:
    """Which events a service class handles."""
    return {
        method.event.type for method in vars(service_class(f"services.{service}.service")).values() if hasattr(method, "event")
    }


def imports(path: Path) -> set[str]:
    """The top-level packages that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def modules_imported(path: Path) -> set[str]:
    """All modules that a file imports, with the names taken from them, which may be modules too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
    return found


def is_test_module(name: str) -> bool:
    """Whether a module is one that pytest collects, or its conftest: what is imported from it exists twice."""
    return name.startswith("tests.") and any(part == "conftest" or part.startswith("test_") for part in name.split("."))


def test_imports_point_one_way():
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout


def test_rules_and_use_cases_know_no_machinery():
    guilty = {
        str(path.relative_to(ROOT)): found
        for service in SERVICES
        for path in (ROOT / "services" / service).rglob("*.py")
        if "migrations" not in path.parts and path.name not in SHELLS and (found := imports(path) & MACHINERY)
    }
    assert guilty == {}


def test_no_test_module_imports_another_one():
    guilty = {
        str(path.relative_to(ROOT)): found
        for path in (ROOT / "tests").rglob("*.py")
        if (found := {name for name in modules_imported(path) if is_test_module(name)})
    }
    assert guilty == {}, "what tests share is in tests/support, or in a fixture of their folder's conftest.py"


@pytest.mark.parametrize(
    "line",
    [
        "from tests.unit.test_a import b",
        "import tests.unit.test_a",
        "from tests.unit import test_a",
        "from tests.conftest import c",
    ],
)
def test_every_way_to_import_a_test_module_is_seen(line, tmp_path):
    (tmp_path / "test_b.py").write_text(f"def test():\n    {line}\n")
    assert any(is_test_module(name) for name in modules_imported(tmp_path / "test_b.py"))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_answers_exactly_the_calls_it_owns(service):
    owned = {method: contract for (owner, method), contract in Call.all.items() if owner == service}
    assert answered(service) == owned


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_hears_exactly_the_events_that_name_it(service):
    assert heard(service) == {event.type for event in Event.all.values() if service in event.listeners}


@pytest.mark.parametrize(
    ("written", "module"),
    [("_advisory_", "advisory_locks"), ("next_value(", "sequences"), ("LISTEN {", "wakeups")],
)
def test_turns_numbers_and_listening_are_written_once(written, module):
    found = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "services").rglob("*.py"))
        if "migrations" not in path.parts and written in path.read_text()
    ]
    assert found == [f"services/common/persistence/{module}.py"]


def test_no_modules_import_one_another_in_a_circle():
    graph = grimp.build_graph("services", "gateway", "staff", "deploy")
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    while leaves := [module for module, asked in imports.items() if not asked]:
        for leaf in leaves:
            del imports[leaf]
        imports = {module: asked - set(leaves) for module, asked in imports.items()}
    assert imports == {}  # what is left is a circle, and who stands on it


def test_no_folder_of_the_product_holds_more_than_twenty_five_modules():
    files = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    folders = Counter(str(Path(name).parent) for name in files if not name.endswith("__init__.py") and "versions" not in name)
    assert {folder: count for folder, count in folders.items() if count > 25} == {}


def test_no_file_grows_past_four_hundred_lines():
    files = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    long = {
        name: lines for name in files if (ROOT / name).exists() and (lines := len((ROOT / name).read_text().splitlines())) > 400
    }
    assert long == {}


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_one_shape(service):
    folder = ROOT / "services" / service
    for name in ("service.py", "models.py", "README.md", "migrations/env.py"):
        assert (folder / name).exists(), f"services/{service}/{name}"
    assert importlib.import_module(f"services.{service}").__doc__


@pytest.mark.parametrize("service", SERVICES)
def test_the_calls_that_every_service_answers_are_written_in_its_class(service):
    source = (ROOT / "services" / service / "service.py").read_text()
    for method in ("list_dead_letters", "discard_dead_letter", "list_audit", "verify_audit"):
        assert re.search(rf"^    {method} = ", source, re.M)
