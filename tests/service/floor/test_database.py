"""The database's absence is an error in time, never a hang."""

import socket

import eventlet
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from services.common.kernel.errors import Unavailable
from services.common.persistence.engine import Database
from services.common.persistence.unit_of_work import UnitOfWorkFactory
from tests.support.waiting import PATIENCE_S, in_patience


@pytest.fixture
def silent_server():
    """A server that accepts connections and says nothing, like one that was stopped."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"postgresql://nobody:x@127.0.0.1:{server.getsockname()[1]}/none"


def test_a_database_that_accepts_and_does_not_answer_is_an_error_within_the_limit(silent_server):
    with in_patience(), pytest.raises(OperationalError), Database(silent_server).reading() as session:
        session.execute(text("SELECT 1"))


def test_a_use_case_without_a_database_is_unavailable(silent_server):
    units = UnitOfWorkFactory(Database("postgresql://nobody:x@127.0.0.1:1/none"), lambda: None)
    with pytest.raises(Unavailable):
        units.persist(lambda: _touch(units))


def test_waiting_for_one_statement_does_not_hold_up_another(system):
    database, lock = Database(system.engines.admin_database_url()), text("SELECT pg_advisory_xact_lock(17)")

    def wait() -> None:
        with database.reading() as session:
            session.execute(lock)

    with database.transaction() as holding:
        holding.execute(lock)
        waiting = eventlet.spawn(wait)
        for _ in range(3):
            with database.reading() as session:
                session.execute(text("SELECT 1"))
        assert not waiting.dead
    waiting.wait()
    database.close()


def test_a_transaction_is_tried_again_when_its_pooled_connection_had_died(system):
    database = Database(system.engines.admin_database_url())
    with database.transaction() as session:
        dead = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    admin = Database(system.engines.admin_database_url())
    with admin.reading() as session:
        session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": dead})
    admin.close()
    units = UnitOfWorkFactory(database, lambda: None)

    def attempt() -> int:
        with database.transaction() as session:
            return session.execute(text("SELECT pg_backend_pid()")).scalar_one()

    assert units.persist(attempt) != dead
    database.close()


def _touch(units: UnitOfWorkFactory) -> None:
    with units.database.reading() as session:
        session.execute(text("SELECT 1"))


def test_an_interrupted_attempt_to_connect_leaves_nothing_open_at_the_server():
    with socket.create_server(("127.0.0.1", 0)) as server:
        database = Database(f"postgresql://nobody@127.0.0.1:{server.getsockname()[1]}/none?sslmode=disable")
        attempt = eventlet.spawn(database.writes.connect)
        line, _ = server.accept()
        line.recv(1000)  # the server knows who asks, and does not answer
        attempt.kill()
        line.settimeout(PATIENCE_S)
        assert line.recv(1) == b""
