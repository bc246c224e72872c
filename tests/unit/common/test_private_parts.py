"""The private members of libraries that we use are in the versions that are locked, and are used in one module."""

import ast
import inspect
import re
import socket
import textwrap
from pathlib import Path

import amqp
import pytest
from amqp.transport import SSLTransport, TCPTransport
from eventlet.greenpool import GreenPool
from eventlet.support import greendns
from nameko.containers import ServiceContainer

from services.common.bus import private_parts
from services.common.runtime.container import Container

ROOT = Path(__file__).resolve().parents[3]
NAMES = {name for names in private_parts.PRIVATE.values() for name in names}


class Quiet:
    """A service that does nothing."""

    name = "quiet"


@pytest.fixture
def connected():
    """A transport of the library, as it is once it has connected, and the other end of its line."""
    here, there = socket.socketpair()
    transport = TCPTransport("nowhere.example", 5672)
    transport.sock = here
    transport._setup_transport()
    yield transport, there
    here.close()
    there.close()


def test_a_connection_that_is_not_open_has_no_transport():
    assert private_parts.transport_of(amqp.Connection("nowhere.example")) is None


def test_reading_ahead_takes_more_than_was_asked_for(connected):
    transport, there = connected
    there.sendall(b"seven bytes and more")
    private_parts.read_ahead(transport, 64)
    assert transport._read(5) == b"seven"
    assert transport._read_buffer == b" bytes and more"


def test_what_a_transport_writes_goes_where_we_say_and_can_still_be_sent_at_once(connected):
    transport, there = connected
    written = []
    send = private_parts.take_over_writing(transport, written.append)
    transport.write(b"frame")
    assert written == [b"frame"]
    send(b"sent")
    assert there.recv(9) == b"sent"


def test_an_encrypted_transport_has_the_same_members():
    parsed = ast.parse(textwrap.dedent(inspect.getsource(SSLTransport)))
    kept = {node.attr for node in ast.walk(parsed) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
    assert "_quick_recv" in kept
    assert callable(SSLTransport._write)


def test_a_container_has_a_pool_of_workers_and_runs_them_by_the_method_that_ours_overrides():
    container = ServiceContainer(Quiet, {"max_workers": 3})
    pool = private_parts.workers_of(container)
    assert isinstance(pool, GreenPool)
    assert (pool.size, pool.running()) == (3, 0)
    assert Container._run_worker is not ServiceContainer._run_worker


def test_the_resolver_has_what_is_taken_from_it():
    assert all(hasattr(greendns.resolver, name) for name in private_parts.PRIVATE["eventlet.support.greendns.resolver"])


def test_private_members_of_libraries_are_used_in_one_module():
    allowed = {"services/common/bus/private_parts.py", "services/common/runtime/container.py"}
    found = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("services", "gateway", "staff")
        for path in (ROOT / folder).rglob("*.py")
        if str(path.relative_to(ROOT)) not in allowed
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and node.attr in NAMES
        and not (isinstance(node.value, ast.Name) and node.value.id == "self")
    }
    assert found == set()


@pytest.mark.parametrize("library", ["amqp", "eventlet", "nameko", "kombu"])
def test_a_library_whose_private_members_we_use_has_an_upper_bound(library):
    (line,) = [line for line in (ROOT / "requirements.in").read_text().splitlines() if re.match(rf"{library}\b(?!-)", line)]
    assert re.search(r"==|,<", line)
