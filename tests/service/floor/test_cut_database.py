"""A database that falls silent in the middle of the work: an error in time, of the kind that says what is known."""

import os

import pytest
from sqlalchemy import create_engine, text

from deploy.local import ports
from services.common.kernel.errors import OutcomeUnknown, Unavailable
from services.common.persistence import engine as database_module
from services.common.persistence.engine import Database
from services.common.persistence.unit_of_work import SharedDatabase, UnitOfWorkFactory
from tests.resilience.apart import with_port
from tests.resilience.tcp_proxy import BLACKHOLE, PASS
from tests.resilience.wire import Wire
from tests.support.waiting import NEVER_S, in_patience


@pytest.fixture
def line(engines):
    """The line to the database."""
    if os.environ.get("DATABASE_URL"):
        pytest.skip("the line leads to a database on this machine only")
    wire = Wire(ports.pick(), engines.database.port)
    yield wire
    wire.close()


@pytest.fixture
def cut_database(engines, line, monkeypatch):
    """The database at the end of the line, with a table of its own and less patience than usual."""
    monkeypatch.setattr(database_module, "ANSWER_TIMEOUT_S", 1.0)
    engine = create_engine(engines.admin_database_url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS cut_lines (word text)"))
    database = Database(with_port(engines.admin_database_url(), line.port))
    yield database
    line.set(PASS)
    database.close()
    with engine.connect() as connection:
        connection.execute(text("DROP TABLE cut_lines"))
    engine.dispose()


def test_a_statement_that_is_not_answered_is_undone_and_unavailable(cut_database, line):
    units = UnitOfWorkFactory(cut_database, lambda: None)

    def attempt() -> None:
        with cut_database.transaction() as session:
            session.execute(text("INSERT INTO cut_lines VALUES ('before')"))
            line.set(BLACKHOLE)
            session.execute(text("SELECT 1"))

    with in_patience(), pytest.raises(Unavailable) as raised:
        units.persist(attempt)
    assert not isinstance(raised.value, OutcomeUnknown)
    line.set(PASS)
    with cut_database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM cut_lines WHERE word = 'before'")).scalar_one() == 0


def test_a_commit_that_is_not_answered_has_an_unknown_outcome(cut_database, line):
    units = UnitOfWorkFactory(cut_database, lambda: None)

    def attempt() -> None:
        with cut_database.transaction() as session:
            session.execute(text("INSERT INTO cut_lines VALUES ('at the end')"))
            line.set(BLACKHOLE)

    with in_patience(), pytest.raises(OutcomeUnknown):
        units.persist(attempt)
    line.set(PASS)
    with cut_database.reading() as session:
        assert session.execute(text("SELECT 1")).scalar_one() == 1


def test_the_limit_is_for_each_answer_and_not_for_all_together(cut_database, monkeypatch):
    monkeypatch.setattr(database_module, "ANSWER_TIMEOUT_S", 3.0)
    with cut_database.transaction() as session:
        for _ in range(4):
            session.execute(text("SELECT pg_sleep(0.9)"))


def test_a_process_whose_database_is_silent_says_in_time_that_it_is_not_ready(cut_database, line, monkeypatch):
    monkeypatch.setattr(database_module, "ANSWER_TIMEOUT_S", NEVER_S)
    shared = SharedDatabase()
    shared.database = cut_database
    assert shared.not_ready() is None
    line.set(BLACKHOLE)
    with in_patience():
        assert shared.not_ready() == "database: OperationalError"


def test_an_administrators_statement_may_take_its_time(engines, monkeypatch):
    monkeypatch.setattr(database_module, "ANSWER_TIMEOUT_S", 0.2)
    engine = create_engine(engines.admin_database_url())
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_sleep(0.6)"))
    engine.dispose()
