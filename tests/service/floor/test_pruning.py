"""What is over is forgotten, and nothing else."""

import dataclasses

import pytest
from sqlalchemy import text

from services.common.duties import pruning
from services.common.duties.pruning import prune
from services.common.persistence.engine import Database
from services.common.runtime.launch import make_container
from tests.support.tiny import TinyService
from tests.support.waiting import until

DAY_S = 86_400.0
FILL = """
INSERT INTO outbox (event_id, type, envelope, announced_at, sent_at)
SELECT gen_random_uuid(), 'ThingPut', jsonb_build_object('n', n), now() - make_interval(days => n),
       CASE WHEN n % 5 > 0 THEN now() - make_interval(days => n) END FROM generate_series(40, 1, -1) n;
INSERT INTO inbox (event_id, handler, handled_at)
SELECT (lpad(to_hex((extract(epoch FROM now() - make_interval(days => n)) * 1000)::bigint), 12, '0') || '7000800000000000000' || n % 10)::uuid,
       'see_thing', now() - make_interval(days => n) FROM generate_series(1, 40) n;
INSERT INTO idempotency (key, call, caller, request_hash, at)
SELECT 'key-' || n, 'tiny.put', 'somebody', '', now() - make_interval(hours => n) FROM generate_series(1, 60) n
"""


@pytest.fixture
def filled(system, monkeypatch):
    """Forty days of rows, of which every fifth event is unsent; batches of three."""
    monkeypatch.setattr(pruning, "BATCH", 3)
    with system.session("tiny") as session:
        session.execute(text(FILL))
    return system


def rows(system, statement):
    with system.session("tiny") as session:
        return list(session.execute(text(statement)).scalars())


def test_what_is_over_goes_in_small_batches_and_what_is_not_stays(filled):
    database = Database(filled.service_url("tiny"))
    settings = dataclasses.replace(filled.settings("tiny", "tiny"), keep_sent_s=7 * DAY_S, keep_handled_s=30 * DAY_S)
    gone = prune(database, settings)
    left = rows(filled, "SELECT (envelope->>'n')::int FROM outbox ORDER BY position DESC")
    assert left == [1, 2, 3, 4, 5, 6, *range(10, 41, 5)], "unsent events stay, however old"
    assert rows(filled, "SELECT round(extract(epoch FROM now() - handled_at) / 86400) FROM inbox ORDER BY 1") == list(
        range(1, 30)
    )
    assert rows(filled, "SELECT count(*) FROM idempotency") == [47]
    assert gone == {"outbox": 27, "inbox": 11, "idempotency": 13}
    assert prune(database, settings) == {}
    database.close()


def test_two_replicas_do_not_prune_at_once(filled):
    database, settings = Database(filled.service_url("tiny")), filled.settings("tiny", "tiny")
    with filled.session("tiny") as session:
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext('pruning'))"))
        assert prune(database, settings) == {}
    assert prune(database, settings) != {}
    database.close()


def test_a_service_prunes_by_itself(filled):
    settings = dataclasses.replace(filled.settings("tiny", "tiny"), prune_interval_s=0.1)
    container = make_container(TinyService, settings)
    container.start()
    filled.containers["tiny"] = container
    until(lambda: rows(filled, "SELECT count(*) FROM idempotency") == [47], "the end of the old keys")
