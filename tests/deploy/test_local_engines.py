"""The private engines: their own ports, virtual hosts and databases, and what survives a crash."""

import os
import shutil
import socket
import struct
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from kombu import Connection

from deploy.local.engines.broker import Broker
from deploy.local.engines.engines import Engines
from deploy.local.errors import EngineFailed, EnginesBusy
from deploy.local.urls import for_psycopg, with_credentials
from tests.support.waiting import PATIENCE_S, until

REPOSITORY = Path(__file__).resolve().parents[2]
EXTERNAL = ("AMQP_URI", "DATABASE_URL", "RABBITMQ_MANAGEMENT_URL")


@pytest.fixture
def name(engines: Engines) -> Iterator[str]:
    """A name for a virtual host, a database and a role, all removed afterwards."""
    fresh = f"test-{uuid.uuid4().hex[:10]}"
    yield fresh
    engines.delete_vhost(fresh)
    engines.drop_database(fresh)
    engines.drop_database(f"{fresh}-copy")
    engines.admin.drop_role(fresh)


def query(url: str, statement: str) -> list[tuple]:
    link = psycopg2.connect(for_psycopg(url), connect_timeout=5)
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        link.close()


def answers(port: int) -> bool:
    """Whether PostgreSQL answers the question that opens a connection (libpq's time limits do not hold under eventlet)."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as link:
        link.sendall(struct.pack("!II", 8, 80877103))
        try:
            return link.recv(1) in {b"N", b"S"}
        except TimeoutError:
            return False


def test_engines_listen_on_ports_of_their_own_and_starting_them_again_starts_nothing(engines: Engines) -> None:
    assert engines.start() == []
    states = {engine.name: engine for engine in engines.status()}
    if any(engine.state == "external" for engine in states.values()):
        pytest.skip("the engines are external")
    assert {engine.state for engine in states.values()} == {"up"}
    ports = {*engines.broker.ports.values(), engines.database.port}
    assert len(ports) == 6
    assert not ports & {5672, 15672, 25672, 4369, 5432}
    assert all("@127.0.0.1:" in engine.address for engine in states.values())
    assert engines.broker.password not in str(states)


def test_programs_that_are_not_installed_run_from_unpacked_packages(engines: Engines) -> None:
    if Path("/usr/lib/rabbitmq/bin/rabbitmq-server").exists():
        pytest.skip("RabbitMQ is installed here")
    program = Path(f"/proc/{engines.broker.pid()}/exe").resolve()
    assert program.is_relative_to(engines.packages / "rabbitmq")


def test_a_virtual_host_is_made_used_looked_into_and_removed(engines: Engines, name: str) -> None:
    engines.create_vhost(name)
    engines.create_vhost(name)
    with Connection(engines.amqp_uri(name)) as link, link.SimpleQueue("letters") as queue:
        queue.put("one")
        queue.put("two")
        assert until(lambda: [(q["name"], q["messages"]) for q in engines.queues(name)] == [("letters", 2)])
    engines.delete_vhost(name)
    assert engines.queues(name) == []
    engines.delete_vhost(name)


def test_a_database_is_made_and_removed_even_while_connected(engines: Engines, name: str) -> None:
    engines.create_database(name)
    assert engines.admin.has_database(name)
    with pytest.raises(EngineFailed, match="already exists"):
        engines.create_database(name)
    open_link = psycopg2.connect(for_psycopg(engines.admin_database_url(name)))
    engines.drop_database(name)
    assert not engines.admin.has_database(name)
    open_link.close()
    engines.drop_database(name)


def test_a_database_copied_from_a_template_has_its_rows(engines: Engines, name: str) -> None:
    engines.create_database(name)
    query(engines.admin_database_url(name), "CREATE TABLE fees AS SELECT 100 AS cents")
    engines.create_database(f"{name}-copy", template=name)
    assert query(engines.admin_database_url(f"{name}-copy"), "SELECT cents FROM fees") == [(100,)]


def test_a_role_signs_in_with_its_newest_password_and_only_to_its_own_database(engines: Engines, name: str) -> None:
    engines.create_role(name, "first")
    engines.create_role(name, "it's the second")
    engines.create_database(name)
    engines.create_database(f"{name}-copy")
    engines.admin.admit_only(name, name)
    engines.admin.admit_only(f"{name}-copy", "college")
    own = with_credentials(engines.admin_database_url(name), name, "it's the second")
    assert query(own, "SELECT current_user") == [(name,)]
    with pytest.raises(psycopg2.OperationalError, match="authentication failed"):
        query(with_credentials(own, name, "first"), "SELECT 1")
    other = with_credentials(engines.admin_database_url(f"{name}-copy"), name, "it's the second")
    with pytest.raises(psycopg2.OperationalError, match="permission denied"):
        query(other, "SELECT 1")


def test_nothing_about_durability_is_loosened(engines: Engines) -> None:
    settings = {
        key: query(engines.admin_database_url(), f"SHOW {key}") for key in ("fsync", "synchronous_commit", "full_page_writes")
    }
    assert set(map(str, settings.values())) == {"[('on',)]"}
    assert query(engines.admin_database_url(), "SHOW max_connections") == [("400",)]


def test_engines_that_another_holds_are_neither_stopped_nor_removed(engines: Engines) -> None:
    second = Engines(REPOSITORY / ".run")
    second.start()
    assert second.stop() == []
    with pytest.raises(EnginesBusy):
        second.destroy()
    assert {engine.state for engine in engines.status()} == {"up"}


def test_engines_given_in_the_environment_are_used_and_left_alone(
    engines: Engines, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    management = with_credentials(str(engines.management_url), "college", engines.broker.password)
    monkeypatch.setenv("AMQP_URI", engines.amqp_uri("/"))
    monkeypatch.setenv("DATABASE_URL", engines.admin_database_url("postgres").replace("+psycopg2", ""))
    without = Engines(tmp_path / "a")
    assert without.start() == []
    assert without.amqp_uri(name) == engines.amqp_uri("/")
    with pytest.raises(EngineFailed, match="RABBITMQ_MANAGEMENT_URL"):
        without.queues(name)
    without.create_database(name)
    assert engines.admin.has_database(name)
    assert without.admin_database_url(name) == engines.admin_database_url(name)

    monkeypatch.setenv("RABBITMQ_MANAGEMENT_URL", management)
    with_management = Engines(tmp_path / "b")
    with_management.start()
    with_management.create_vhost(name)
    with Connection(with_management.amqp_uri(name)) as link:
        link.connect()
    assert with_management.stop() == []
    assert {engine.state for engine in with_management.status()} == {"external"}
    assert engines.broker.password not in str(with_management.status())
    for variable in EXTERNAL:
        monkeypatch.delenv(variable)
    assert {engine.state for engine in engines.status()} == {"up"}


def test_engines_killed_or_paused_come_back_with_their_data(engines: Engines, tmp_path: Path) -> None:
    own = Engines(tmp_path / ".run", packages=engines.packages)
    assert sorted(own.start()) == ["postgresql", "rabbitmq"]
    try:
        own.create_vhost("kept")
        own.create_database("kept")
        # Only a confirmed message is promised to survive.
        confirmed = {"confirm_publish": True}
        with Connection(own.amqp_uri("kept"), transport_options=confirmed) as link, link.SimpleQueue("letters") as queue:
            queue.put("one")
        own.broker.kill()
        own.database.kill()
        ports = own.broker.ports
        assert [engine.state for engine in own.status()] == ["down", "down"]
        assert sorted(own.start()) == ["postgresql", "rabbitmq"]
        assert own.broker.ports == ports
        assert own.admin.has_database("kept")
        with Connection(own.amqp_uri("kept")) as link, link.SimpleQueue("letters") as queue:
            assert queue.get(timeout=PATIENCE_S).payload == "one"

        own.database.pause()
        assert not answers(own.database.port)
        own.database.resume()
        assert answers(own.database.port)
        own.broker.pause()
        assert not own.broker.management.is_ready()
        own.broker.resume()
        assert until(own.broker.management.is_ready)
        own.database.pause()
    finally:
        assert sorted(own.stop()) == ["postgresql", "rabbitmq"]
        said = (own.run_dir / "rabbitmq" / "log" / "college@localhost.log").read_text()
        own.destroy()
    # Statistics that end only after the signal hold the node up for five seconds (`Broker.stop`).
    assert said.rindex("to stop collect_statistics") < said.rindex("SIGTERM received")
    assert sorted(path.name for path in own.run_dir.iterdir()) == ["lock"]


def test_a_run_directory_that_was_deleted_under_a_running_server_can_be_made_anew(engines: Engines, tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("an ordinary user's data lies in the run directory itself and is deleted with it")
    first = Engines(tmp_path / ".run", packages=engines.packages)
    first.start()
    server = first.database.pid()
    first.broker.kill()
    shutil.rmtree(tmp_path / ".run")
    second = Engines(tmp_path / ".run", packages=engines.packages)
    try:
        assert sorted(second.start()) == ["postgresql", "rabbitmq"]
        assert second.database.pid() != server
        assert not Path(f"/proc/{server}").exists()
        second.create_database("fresh")
        assert second.admin.has_database("fresh")
    finally:
        second.stop()
        second.destroy()


def test_a_pid_file_that_names_another_process_is_not_taken_for_the_broker(engines: Engines, tmp_path: Path) -> None:
    (tmp_path / "pid").write_text(str(engines.broker.pid()))
    elsewhere = Broker(tmp_path, {}, "college", "", engines._programs)
    assert elsewhere.pid() is None
