"""Every template of ours can be read, names only templates, blocks and macros that there are, and none is left that nobody shows."""

import re
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from gateway.portal.kit.templating import FOLDER, templates

ROOT = Path(__file__).resolve().parents[4]
NAMES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))


@cache
def environment() -> Environment:
    return templates("en")


@cache
def read(name: str) -> nodes.Template:
    source, filename, _ = environment().loader.get_source(environment(), name)
    return environment().parse(source, name, filename)


def named_by(name: str) -> set[str]:
    """The templates that a template extends, includes or imports, as far as it names them outright."""
    found = read(name).find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport))
    return {one.template.value for one in found if isinstance(one.template, nodes.Const)}


def ancestors(name: str) -> list[str]:
    parents = [one.template.value for one in read(name).find_all(nodes.Extends) if isinstance(one.template, nodes.Const)]
    return [*parents, *(further for parent in parents for further in ancestors(parent))]


@pytest.mark.parametrize("name", NAMES)
def test_it_can_be_read_and_what_it_extends_and_includes_is_there(name):
    assert named_by(name) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_each_macro_that_it_takes_from_another_is_there(name):
    for taken in read(name).find_all(nodes.FromImport):
        there = {macro.name for macro in read(taken.template.value).find_all(nodes.Macro)}
        assert {one if isinstance(one, str) else one[0] for one in taken.names} <= there


@pytest.mark.parametrize("name", NAMES)
def test_each_block_that_it_fills_is_one_of_the_page_that_it_extends(name):
    if above := ancestors(name):
        blocks = {block.name for parent in above for block in read(parent).find_all(nodes.Block)}
        own = {inner.name for block in read(name).find_all(nodes.Block) for inner in block.find_all(nodes.Block)}
        assert {block.name for block in read(name).find_all(nodes.Block)} <= blocks | own


def test_each_is_shown_by_a_page_or_taken_by_another():
    code = "\n".join(path.read_text() for path in (ROOT / "gateway").rglob("*.py"))
    shown = set(re.findall(r"[\"']([\w/]+\.html)[\"']", code)) | {named for name in NAMES for named in named_by(name)}
    assert sorted(set(NAMES) - shown) == []


def test_each_picture_has_a_text_and_no_link_lets_what_it_opens_reach_back():
    for name in NAMES:
        source = (FOLDER / name).read_text()
        assert all("alt=" in tag for tag in re.findall(r"<img\b[^>]*>", source)), name
        assert all("noopener" in tag for tag in re.findall(r"<a\b[^>]*target=[^>]*>", source)), name
