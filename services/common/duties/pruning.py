"""Forgetting what is over: sent events, inbox rows and idempotency keys go when nothing can ask for them any more (`KEEP_…_S`).

Small batches, each a transaction of its own along the primary key, so that nobody waits for a lock and the tables stay as large as the time
kept. One replica prunes at a time. How long is long enough:

- a sent event is never read by the floor again; it stays for whoever looks into what happened (a week);
- an inbox row must outlive every delivery of its event. The retry schedule takes a quarter of an hour, a service may be down over a long
  weekend with its queue full, a dead letter waits for a person, and a sender's database restored from a backup announces again what it
  announced since: keep rows for longer than dead letters are left lying and backups are restored from (30 days);
- a key is repeated by a client that got no answer: the same hour, or the morning after (48 hours).
"""

import random
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import eventlet
from nameko.extensions import SharedExtension
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from services.common import settings as settings_module
from services.common.observability.logs import get_logger
from services.common.persistence import advisory_locks
from services.common.persistence.engine import Database
from services.common.persistence.statements import rows_changed
from services.common.persistence.unit_of_work import SharedDatabase
from services.common.settings import Settings

BATCH, BREATH_S = 500, 0.05
log = get_logger("pruning")
# Looks at so many rows after the one where the last batch ended, and no further: what has not been sent is passed over, never deleted.
_OUTBOX = text(
    "WITH seen AS (SELECT position, sent_at, announced_at FROM outbox WHERE position > :after ORDER BY position LIMIT :batch), "
    "gone AS (DELETE FROM outbox WHERE position IN (SELECT position FROM seen WHERE sent_at < now() - :age) RETURNING 1) "
    "SELECT (SELECT count(*) FROM gone) AS gone, max(position) AS last, count(*) AS seen, "
    "coalesce(bool_and(announced_at < now() - :age), false) AS old FROM seen"
)
# Event ids are in the order of their making (UUIDv7): those before a bound were made before its instant.
_INBOX = text(
    "DELETE FROM inbox WHERE (event_id, handler) IN (SELECT event_id, handler FROM inbox "
    "WHERE event_id < :bound AND handled_at < now() - :age ORDER BY event_id LIMIT :batch)"
)
_KEYS = text(
    "DELETE FROM idempotency WHERE (key, call, caller) IN "
    "(SELECT key, call, caller FROM idempotency WHERE at < now() - :age ORDER BY at LIMIT :batch)"
)


class Pruning(SharedExtension):
    """Prunes the service's tables every PRUNE_INTERVAL_S seconds."""

    shared = SharedDatabase()

    def setup(self) -> None:
        """Reads how long things are kept."""
        self._settings: Settings = settings_module.of(self.container)
        self._greenlet: Any = None

    def start(self) -> None:
        """Begins pruning."""
        self._greenlet = eventlet.spawn(self._run)

    def stop(self) -> None:
        """Ends; a batch under way is rolled back."""
        if self._greenlet is not None:
            self._greenlet.kill()

    kill = stop

    def _run(self) -> None:
        while True:
            eventlet.sleep(self._settings.prune_interval_s * random.uniform(0.8, 1.2))  # noqa: S311 - not all at once
            try:
                if gone := prune(self.shared.database, self._settings):
                    log.info("pruned", **gone)
            except (DBAPIError, PoolTimeout) as error:
                log.warning("not-pruned", error=str(getattr(error, "orig", error)).strip())
            except Exception:
                log.exception("pruning-failed")  # the last resort of a loop: it must not end


def prune(database: Database, settings: Settings) -> dict[str, int]:
    """Deletes what has been kept long enough; gives how many rows of which table, nothing where another replica is at it."""
    gone = {
        "outbox": _prune_outbox(database, settings.keep_sent_s),
        "inbox": _prune_plain(
            database, _INBOX, settings.keep_handled_s, bound=_first_id_at(time.time() - settings.keep_handled_s)
        ),
        "idempotency": _prune_plain(database, _KEYS, settings.keep_keys_s),
    }
    return {table: rows for table, rows in gone.items() if rows}


def _prune_outbox(database: Database, age_s: float) -> int:
    gone: int = 0
    after = 0
    while True:
        with database.transaction() as session:
            if not _alone(session):
                return gone
            row = session.execute(_OUTBOX, {"after": after, "batch": BATCH, "age": timedelta(seconds=age_s)}).one()
        gone += row.gone
        if row.seen < BATCH or not (row.gone or row.old):
            return gone
        after = row.last
        eventlet.sleep(BREATH_S)


def _prune_plain(database: Database, statement: Any, age_s: float, **more: Any) -> int:
    gone = 0
    while True:
        with database.transaction() as session:
            if not _alone(session):
                return gone
            deleted = rows_changed(session, statement, {"batch": BATCH, "age": timedelta(seconds=age_s), **more})
        gone += deleted
        if deleted < BATCH:
            return gone
        eventlet.sleep(BREATH_S)


def _alone(session: Session) -> bool:
    return advisory_locks.try_task(session, "pruning")


def _first_id_at(instant: float) -> UUID:
    return UUID(int=max(0, int(instant * 1000)) << 80)
