"""Virtual hosts and databases that tests use one after the other are to each as if they were new."""

import pytest
from kombu import Connection
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from services.common.kernel.errors import Unavailable
from tests.support.contracts import tiny
from tests.support.databases import Databases
from tests.support.suite.clearing import Clearing
from tests.support.system import System
from tests.support.tiny import TinyService
from tests.support.virtual_hosts import VirtualHosts
from tests.support.waiting import until


@pytest.fixture
def clearing():
    clearing = Clearing()
    yield clearing
    clearing.finish()


@pytest.fixture
def databases(engines, templates, clearing):
    databases = Databases(engines, templates, clearing)
    yield databases
    clearing.wait()
    databases.close()


@pytest.fixture
def virtual_hosts(engines, clearing):
    virtual_hosts = VirtualHosts(engines, clearing)
    yield virtual_hosts
    clearing.wait()
    virtual_hosts.close()


@pytest.fixture
def begin(engines, templates, keys, tmp_path, virtual_hosts, databases):
    """Makes a system as each test gets one."""
    systems = []

    def begin():
        systems.append(System(engines, templates, keys, tmp_path, virtual_hosts, databases))
        return systems[-1]

    yield begin
    systems[-1].close()


def owner(engines, name, statement):
    with create_engine(engines.admin_database_url(name), poolclass=NullPool).begin() as connection:
        return connection.execute(text(statement))


def audit_rows(system):
    with system.session("tiny") as session:
        return session.execute(text("SELECT * FROM audit")).all()


def test_the_next_test_finds_the_same_places_with_nothing_in_them(begin, clearing):
    first = begin()
    first.start_class(TinyService, "tiny")
    first.call(tiny.Put, first.caller("tester"), thing="cup", secret="s")
    first.announced(tiny.ThingPut)
    assert audit_rows(first)
    positions = [row.position for row in audit_rows(first)]
    first.publish(tiny.ThingPut, thing="late-for-good")
    first.tried_in_vain(tiny.ThingPut)
    first.close()
    clearing.wait()
    second = begin()
    assert second.vhost == first.vhost
    assert second.database("tiny") == first.databases["tiny"]
    assert not audit_rows(second)
    second.start_class(TinyService, "tiny")
    second.call(tiny.Put, second.caller("tester"), thing="pot", secret="s")
    second.settle()
    assert {fact.data["thing"] for fact in second.heard} == {"pot"}
    assert [row.position for row in audit_rows(second)] == positions


def test_a_call_to_a_service_that_only_the_last_test_ran_comes_back(begin, clearing):
    first = begin()
    first.start_class(TinyService, "tiny")
    first.close()
    clearing.wait()
    second = begin()
    assert second.vhost == first.vhost
    with pytest.raises(Unavailable):
        second.call(tiny.Echo, second.caller("tester"), text="anybody?")


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER away BEFORE INSERT ON audit EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "ALTER TABLE audit ADD COLUMN more text",
        "ALTER TABLE audit DROP CONSTRAINT ck_audit_position",
        "CREATE TABLE more ()",
        "GRANT DELETE ON audit TO test_tiny",
        "CREATE INDEX more ON audit (position)",
        "INSERT INTO alembic_version VALUES ('more')",
    ],
)
def test_a_database_that_a_test_altered_is_not_used_again(engines, databases, clearing, statement):
    name = databases.take("tiny")
    owner(engines, name, statement)
    databases.give_back("tiny", name)
    clearing.wait()
    assert databases.take("tiny") != name
    assert not engines.admin.has_database(name)


def test_a_database_whose_history_a_test_left_unguarded_is_not_used_again(engines, databases, clearing):
    name = databases.take("registry")
    owner(engines, name, "ALTER TABLE register_entries DISABLE TRIGGER keep_history")
    databases.give_back("registry", name)
    clearing.wait()
    assert databases.take("registry") != name


def test_a_virtual_host_to_which_somebody_comes_back_is_not_used_again(engines, virtual_hosts, clearing):
    name = virtual_hosts.take()
    virtual_hosts.give_back(name)
    clearing.wait()
    with Connection(engines.amqp_uri(name)) as connection:
        connection.connect()
        until(lambda: engines.management.connections(name), "the connection, in the broker's list")
        assert virtual_hosts.take() != name
