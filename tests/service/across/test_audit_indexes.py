"""Looking into a trail of some size reads what is looked for and no more: each filter has an index, in every service (B8)."""

import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from services.common.duties.audit_queries import matching
from services.common.persistence.migrate import migrate
from services.contracts.topology import SERVICES

# Ten thousand acts of a thousand people, of as many kinds, one a minute; the hashes are of no matter here.
MANY = """
INSERT INTO audit (position, at, actor, action, subject, correlation_id, previous_hash, hash)
SELECT n, timestamptz '2026-01-01Z' + n * interval '1 minute', 'account/' || n % 1000, 'thing:act-' || n % 1000, 'thing/' || n, 'c-' || n,
    sha256(int4send(n)), sha256(int4send(n + 1)) FROM generate_series(1, 10000) AS n
"""
DAY = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
FILTERS = {
    "ix_audit_actor_position": {"actor": "account/7"},
    "ix_audit_action_position": {"action": "thing:act-7"},
    "ix_audit_subject": {"subject": "thing/7"},
    "ix_audit_correlation_id": {"correlation_id": "c-7"},
    "ix_audit_at": {"since": DAY, "until": DAY + dt.timedelta(hours=1)},
}


def plan(session, wanted):
    query = matching(wanted).limit(21).compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    return "\n".join(
        line for (line,) in session.connection().exec_driver_sql("EXPLAIN (COSTS OFF) " + str(query).replace("%", "%%"))
    )


def test_each_filter_reads_its_index_and_not_the_trail(system):
    with system.session("qa") as session:
        session.execute(text(MANY))
        session.execute(text("ANALYZE audit"))
        for index, wanted in FILTERS.items():
            found = plan(session, wanted)
            assert index in found and "Seq Scan" not in found, found


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_indexes_after_its_migrations(system, service):
    with system.session(service) as session:
        there = set(session.scalars(text("SELECT indexname FROM pg_indexes WHERE tablename = 'audit'")))
    assert there >= FILTERS.keys()


def test_a_database_that_is_older_gets_them_from_the_migration(system):
    with system.session("qa") as session:
        for index in FILTERS:
            session.execute(text(f"DROP INDEX IF EXISTS {index}"))
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    migrate("services.qa", system.engines.admin_database_url(system.database("qa")))
    with system.session("qa") as session:
        there = set(session.scalars(text("SELECT indexname FROM pg_indexes WHERE tablename = 'audit'")))
    assert there >= FILTERS.keys()


OF_NO_MATTER = MANY.replace("generate_series(1, 10000)", "generate_series(0, 0)")


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_refuses_entries_before_the_first_after_its_migrations(system, service):
    with pytest.raises(IntegrityError, match="ck_audit_position"), system.session(service, as_service=True) as session:
        session.execute(text(OF_NO_MATTER))


def test_a_database_that_is_older_refuses_them_from_the_migration_on_and_keeps_what_was_there(system):
    with system.session("qa") as session:
        session.execute(text("ALTER TABLE audit DROP CONSTRAINT ck_audit_position"))
        session.execute(text(OF_NO_MATTER))
        session.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    migrate("services.qa", system.engines.admin_database_url(system.database("qa")))
    with system.session("qa") as session:
        assert session.scalars(text("SELECT position FROM audit")).all() == [0]
    with pytest.raises(IntegrityError, match="ck_audit_position"), system.session("qa", as_service=True) as session:
        session.execute(text(OF_NO_MATTER.replace("(0, 0)", "(-1, -1)")))
