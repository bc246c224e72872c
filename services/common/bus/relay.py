"""The relay: takes committed events from the outbox to the broker. Every replica runs one; each event is claimed by one of them.

It wakes when a transaction announces something (LISTEN) and looks by itself once a second, in case a wake-up was lost. A batch is claimed,
published with confirms and marked sent in one transaction: killed in between, the batch is published again with the same event ids,
and the listeners' inboxes absorb the repetition.
"""

import time
from typing import Any

import amqp
import eventlet
import orjson
import psycopg2
from nameko.extensions import SharedExtension
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.common import settings as settings_module
from services.common.bus.publisher import NotPublished, Outgoing, Publisher
from services.common.bus.topology import declarer, event_parts, exchange_of, together
from services.common.kernel.contract import Event
from services.common.observability.logs import get_logger
from services.common.observability.metrics import ANNOUNCED, RELAY_BATCHES, RELAY_PAUSES
from services.common.persistence.outbox import CHANNEL
from services.common.persistence.unit_of_work import SharedDatabase
from services.common.persistence.wakeups import WakeUps

BATCH, LOOK_S, CONFIRM_S, PAUSE_S, UNKNOWN_S = 200, 1.0, 5.0, 0.5, 60.0
AWAY = (NotPublished, DBAPIError, PoolTimeout, psycopg2.Error, OSError)
log = get_logger("relay")
_CLAIM = text(
    "UPDATE outbox SET sent_at = now() WHERE position IN "
    "(SELECT position FROM outbox WHERE sent_at IS NULL AND type = ANY(:known) ORDER BY position LIMIT :batch "
    "FOR UPDATE SKIP LOCKED) RETURNING position, envelope"
)
# Written by another version of the service: kept until a version that knows them runs, and no hindrance to the others.
_UNKNOWN = text("SELECT type, count(*) AS events FROM outbox WHERE sent_at IS NULL AND NOT type = ANY(:known) GROUP BY type")


class Relay(SharedExtension):
    """Publishes what the service's outbox holds."""

    shared = SharedDatabase()

    def setup(self) -> None:
        """Prepares the publisher for the events that this service owns."""
        settings = settings_module.of(self.container)
        self._owned = {event.type: event for event in Event.all.values() if event.owner == self.container.service_name}
        self._publisher = Publisher(
            settings.amqp_uri, f"relay-{self.container.service_name}", settings.heartbeat_s, on_open=self._declare
        )
        self._make = declarer(settings.topology, settings.queues)
        self._stopping = False
        self._greenlet: Any = None
        self._unknown_looked_for_at = 0.0

    def start(self) -> None:
        """Begins relaying."""
        self._publisher.link.start()
        self._greenlet = eventlet.spawn(self._run)

    def stop(self) -> None:
        """Stops between two batches."""
        self._stopping = True
        if self._greenlet is not None:
            with eventlet.Timeout(CONFIRM_S, False):
                self._greenlet.wait()
            self._greenlet.kill()
        self._publisher.link.stop()

    def kill(self) -> None:
        """Stops at once; what was not confirmed is relayed by another or later."""
        if self._greenlet is not None:
            self._greenlet.kill()
        self._publisher.link.stop()

    def not_ready(self) -> str | None:
        """Says why events cannot be announced now, or nothing."""
        if self._greenlet is None or self._greenlet.dead:
            return "the relaying of announcements has stopped"
        return None if self._publisher.link.up else "no link to the broker for announcements"

    def _declare(self, channel: amqp.Channel) -> None:
        self._make(channel, together(event_parts(event) for event in self._owned.values()))

    def _run(self) -> None:
        wakeups = WakeUps(self.shared.database.url, CHANNEL, f"relay-{self.container.service_name}")
        while not self._stopping:
            try:
                while self._relay_batch() == BATCH:
                    pass
                self._look_for_unknown()
                wakeups.wait()
                continue
            except AWAY as error:
                log.warning("relay-paused", error=str(getattr(error, "orig", error)).strip())
            except Exception:
                log.exception("relay-failed")  # the last resort of a loop: it must not end
            RELAY_PAUSES.labels(self.container.service_name).inc()
            wakeups.close()
            eventlet.sleep(PAUSE_S)
        wakeups.close()

    def _relay_batch(self) -> int:
        if not self._publisher.link.wait_open(LOOK_S):
            raise NotPublished("the broker is not there")
        with self.shared.database.writes.begin() as connection:
            claimed = sorted(connection.execute(_CLAIM, {"batch": BATCH, "known": list(self._owned)}).all())
            if claimed:
                self._publisher.publish([self._outgoing(envelope) for _, envelope in claimed], CONFIRM_S)
        if claimed:
            RELAY_BATCHES.labels(self.container.service_name).inc()
        for _, envelope in claimed:
            ANNOUNCED.labels(self.container.service_name, envelope["type"]).inc()
            log.info("event-announced", type=envelope["type"], event_id=envelope["id"], correlation_id=envelope["correlation_id"])
        return len(claimed)

    def _look_for_unknown(self) -> None:
        if time.monotonic() < self._unknown_looked_for_at + UNKNOWN_S:
            return
        self._unknown_looked_for_at = time.monotonic()
        with self.shared.database.reading() as session:
            for row in session.execute(_UNKNOWN, {"known": list(self._owned)}):
                log.error("outbox-holds-unknown-events", type=row.type, events=row.events)

    def _outgoing(self, envelope: dict) -> Outgoing:
        event = self._owned[envelope["type"]]
        message = amqp.Message(
            orjson.dumps(envelope),
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=2,
            message_id=envelope["id"],
            type=envelope["type"],
            correlation_id=envelope["correlation_id"],
        )
        return Outgoing(message, exchange_of(event), event.type, mandatory=bool(event.listeners))
