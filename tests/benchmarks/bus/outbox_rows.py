"""Rows of outbox and inbox as the floor writes them, for measurements that need many."""

import io
import json
import uuid

import psycopg2

from deploy.local.urls import for_psycopg
from services.common.kernel.ids import new_id

EFFECTS = "CREATE TABLE effects (event_id uuid PRIMARY KEY, number bigint NOT NULL)"
_OLD_OUTBOX = """
INSERT INTO outbox (event_id, type, envelope, announced_at, sent_at)
SELECT gen_random_uuid(), 'BenchHappened', %s::jsonb, now() - interval '1 hour', now() - interval '1 hour' FROM generate_series(1, %s)
"""
_OLD_INBOX = """
INSERT INTO inbox (event_id, handler, handled_at) SELECT gen_random_uuid(), 'count', now() - interval '1 hour' FROM generate_series(1, %s)
"""


def row(event_id: uuid.UUID, number: int) -> tuple[str, str]:
    """Gives the event's id and its envelope."""
    envelope = {
        "id": str(event_id),
        "type": "BenchHappened",
        "owner": "bench",
        "occurred_at": "2026-11-23T12:00:00+00:00",
        "actor": "account/01933a2e-0000-7000-8000-000000000000",
        "correlation_id": str(event_id),
        "language": "en",
        "data": {"number": number},
    }
    return str(event_id), json.dumps(envelope)


def announce_many(url: str, first: int, count: int) -> None:
    """Writes `count` events numbered from `first` into an outbox in one transaction, and wakes the relay."""
    rows = (row(new_id(), number) for number in range(first, first + count))
    lines = "".join(f"{event_id}\tBenchHappened\t{envelope}\n" for event_id, envelope in rows)
    with psycopg2.connect(for_psycopg(url)) as connection, connection.cursor() as cursor:
        cursor.copy_from(io.StringIO(lines), "outbox", columns=("event_id", "type", "envelope"))
        cursor.execute("NOTIFY outbox")
    connection.close()


def grow(source_url: str, sink_url: str, rows: int) -> None:
    """Adds rows of events long sent and handled."""
    _, envelope = row(new_id(), 0)
    for url, statement, values in ((source_url, _OLD_OUTBOX, (envelope, rows)), (sink_url, _OLD_INBOX, (rows,))):
        with psycopg2.connect(for_psycopg(url)) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        connection.close()
