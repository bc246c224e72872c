"""What `docs/asvs.md` says cannot be otherwise by construction, held against the product's own text."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PRODUCT = [path for folder in ("services", "gateway", "staff") for path in (ROOT / folder).rglob("*.py")]
SCRIPTS = sorted((ROOT / "gateway" / "portal" / "assets").glob("*.js"))


def names_in(path: Path) -> Iterator[str]:
    """What a module imports, and the attributes of modules and objects that it names."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (node.module or "", *(f"{node.module}.{one.name}" for one in node.names))
        elif isinstance(node, ast.Attribute):
            yield ast.unparse(node)


def users_of(pattern: str) -> set[str]:
    """The product's modules that name something."""
    wanted = re.compile(pattern)
    return {str(path.relative_to(ROOT)) for path in PRODUCT if any(wanted.fullmatch(name) for name in names_in(path))}


def test_the_whole_product_is_looked_at():
    assert len(PRODUCT) > 300 and len(SCRIPTS) >= 6
    assert "services/common/persistence/unit_of_work.py" in users_of("sqlalchemy.exc")


def test_nothing_of_the_product_starts_a_process_but_the_one_that_opens_files_whose_words_are_our_own():
    starting = r"subprocess(\..*)?|eventlet\.green\.subprocess|pty|os\.(system|popen|exec\w+|spawn\w+|posix_spawn\w*|fork\w*)"
    assert users_of(starting) == {"gateway/http/file_opener.py"}
    # No shell, and nothing of a request among its words: the program, one of two tasks, and one of a few media types.
    source = (ROOT / "gateway/http/file_opener.py").read_text()
    assert source.count("Popen(") == 1 and "shell" not in source and "[*_PROGRAM, task, media_type]" in source
    assert "if media_type not in OPENED:\n            return\n" in source


def test_nothing_of_the_product_parses_xml_or_unpickles():
    assert users_of(r"(xml|lxml|defusedxml|pickle|shelve|marshal)(\..*)?") == set()


def test_no_script_of_ours_makes_markup_or_code_of_text():
    said = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setTimeout\([\"']")
    assert [script.name for script in SCRIPTS if said.search(script.read_text())] == []


def test_no_other_site_is_let_read_an_answer():
    files = [
        *PRODUCT,
        *(ROOT / "deploy" / "docker" / "proxy").iterdir(),
        ROOT / "deploy" / "kubernetes" / "base" / "ingress.yaml",
    ]
    assert [path for path in files if path.is_file() and re.search("access-control-allow", path.read_text(), re.I)] == []
