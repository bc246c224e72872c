"""A whole college in containers: only `make test-docker` asks for it; skipped, with the reason, where no container engine runs."""

import os
import ssl

import pytest
import urllib3.util.ssl_

from tests.docker.engine import why_not
from tests.docker.fire import FIGURES, Fire, table
from tests.docker.stack import OURS, Stack
from tests.support.suite.by_name import leave_out

SAID: list[str] = []
# Pytest's plugins import urllib3 before tests/conftest.py patches what it took from `ssl`, and the two halves call each other for ever.
urllib3.util.ssl_.SSLContext = ssl.SSLContext


def pytest_collection_modifyitems(config, items):
    """Leaves out what takes minutes and an engine, unless it was asked for by name."""
    leave_out(config, items, "docker")


def pytest_terminal_summary(terminalreporter):
    """Prints the figures of all cases."""
    for line in [*SAID, *([table(FIGURES)] if FIGURES else [])]:
        terminalreporter.write_line("")
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    """A running college in containers, removed with all its data afterwards."""
    if reason := why_not():
        pytest.skip(f"no containers here: {reason}")
    stack = Stack(tmp_path_factory.mktemp("docker"))
    try:
        took = stack.up()
        SAID.append(f"all containers healthy {took:.0f} s after `compose up`, images built")
        yield stack
    finally:
        os.environ.pop("REQUESTS_CA_BUNDLE", None)
        stack.down()


@pytest.fixture
def fire(stack, request):
    """One case on the running college, which is whole again afterwards."""
    yield Fire(stack, request.node.name.removeprefix("test_"))
    stack.scale(**dict.fromkeys(OURS, 1))


@pytest.fixture
def say():
    """Keeps a line for the end of the run."""
    return SAID.append
