"""What is read at a scrape: the outbox, the dead letters, the pools of connections and workers, and what a service adds of its own.

Each reading has a time limit and fails alone: a scrape shows what can be known, counts what could not, and never holds the process up.
Database readings use a connection of their own, so that a drained pool can still be seen to be drained.
"""

from collections.abc import Callable, Iterable
from typing import Any

import amqp
import eventlet
from eventlet.semaphore import Semaphore
from nameko.extensions import DependencyProvider
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.core import Metric
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from services.common import settings as settings_module
from services.common.bus.dead_letter_queue import connect
from services.common.bus.private_parts import workers_of
from services.common.bus.topology import dead_letter_queue
from services.common.observability.logs import get_logger
from services.common.observability.metrics import SCRAPE_FAILURES
from services.common.persistence.engine import CONNECT_TIMEOUT_S, driver_url
from services.common.persistence.unit_of_work import SharedDatabase

LIMIT_S, MOST_COUNTED = 1.0, 10_000
log = get_logger("metrics")
# Counts no further than anyone needs to know: a scrape costs the same however long the backlog is.
_UNSENT = text(
    "SELECT count(*), coalesce(extract(epoch FROM now() - min(announced_at)), 0) FROM "
    "(SELECT announced_at FROM outbox WHERE sent_at IS NULL ORDER BY position LIMIT :most) AS unsent"
)


class Gauges(DependencyProvider):
    """Reads the gauges of a service. A service's own class says more through `by_database` (see billing)."""

    shared = SharedDatabase()

    def setup(self) -> None:
        """Prepares the connection of its own; it is opened when first needed."""
        settings = settings_module.of(self.container)
        self._service, self._amqp_uri = self.container.service_name, settings.amqp_uri
        self._engine: Engine = create_engine(
            driver_url(settings.database_url),
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
            connect_args={
                "connect_timeout": CONNECT_TIMEOUT_S,
                "options": f"-c statement_timeout={int(LIMIT_S * 1000)}",
                "application_name": f"metrics-{settings.component}",
            },
        )
        self._broker: Any = None

    def stop(self) -> None:
        """Closes the connection to the broker."""
        self._leave_broker()

    kill = stop

    def readings(self) -> Iterable[tuple[str, Callable[[], Iterable[Metric]]]]:
        """Names the readings; each is made by itself."""
        yield "pools", self._pools
        yield "database", self._database
        yield "dead_letters", self._dead_letters

    def by_database(self, connection: Connection) -> Iterable[Metric]:
        """Reads more from the service's database; nothing unless a service says what."""
        return ()

    def _pools(self) -> Iterable[Metric]:
        database, workers = self.shared.database, workers_of(self.container)
        in_use = Gauge("college_database_connections_in_use", "Connections taken from a pool.", labels=("service", "pool"))
        size = Gauge("college_database_connections_limit", "Connections that a pool may open.", labels=("service", "pool"))
        for name, engine in (("writes", database.writes), ("reads", database.reads)):
            in_use.add_metric((self._service, name), engine.pool.checkedout())  # type: ignore[attr-defined]
            size.add_metric((self._service, name), engine.pool.size())  # type: ignore[attr-defined]
        yield from (in_use, size)
        yield gauge("college_workers_in_use", "Calls, events and timers under way.", self._service, workers.running())
        yield gauge(
            "college_workers_limit", "Calls, events and timers that may be under way together.", self._service, workers.size
        )

    def _database(self) -> Iterable[Metric]:
        with self._engine.connect() as connection:
            unsent, age_s = connection.execute(_UNSENT, {"most": MOST_COUNTED}).one()
            more = list(self.by_database(connection))
        yield gauge("college_outbox_unsent", f"Events not relayed yet, counted up to {MOST_COUNTED}.", self._service, unsent)
        yield gauge("college_outbox_oldest_unsent_seconds", "Age of the oldest of them.", self._service, float(age_s))
        yield from more

    def _dead_letters(self) -> Iterable[Metric]:
        try:
            if self._broker is None:
                self._broker = connect(self._amqp_uri)
                self._channel = self._broker.channel()
            count = self._channel.queue_declare(dead_letter_queue(self._service), passive=True).message_count
        except amqp.exceptions.NotFound:
            self._leave_broker()
            return  # a service that hears nothing has no such queue
        except BaseException:
            self._leave_broker()  # whatever ended it, a time limit too: what is half read cannot be used again
            raise
        yield gauge("college_dead_letters", "Messages that wait for a person.", self._service, count)

    def _leave_broker(self) -> None:
        broker, self._broker = self._broker, None
        if broker is not None:
            broker.collect()


class TooSlow(Exception):
    """A reading took too long. No OSError, which libraries would take for a reason to try again."""


class Scrapes:
    """Answers scrapes, one at a time."""

    def __init__(self, extensions: Callable[[], Iterable[object]]) -> None:
        self._extensions, self._turn = extensions, Semaphore(1)

    def page(self) -> bytes:
        """Gives all metrics of the process as text. Never raises; while another scrape reads the gauges, gives the counters alone."""
        if not self._turn.acquire(blocking=False):
            return generate_latest(REGISTRY)
        try:
            read = [metric for extension in self._extensions() for metric in self._read(extension)]
        finally:
            self._turn.release()
        gauges = CollectorRegistry()
        gauges.register(_Read(read))
        return generate_latest(REGISTRY) + generate_latest(gauges)

    @staticmethod
    def _read(extension: object) -> Iterable[Metric]:
        found: list[Metric] = []
        for name, reading in getattr(extension, "readings", tuple)():
            try:
                with eventlet.Timeout(LIMIT_S + CONNECT_TIMEOUT_S / 3, TooSlow(name)):
                    found += reading()
            except Exception as error:
                # The last resort of a scrape: whatever cannot be read must not hide the rest.
                SCRAPE_FAILURES.labels(name).inc()
                log.warning("not-measured", what=name, error=type(error).__name__)
        return found


class _Read:
    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> list[Metric]:
        return self._metrics


def gauge(name: str, help: str, service: str, value: float) -> Gauge:
    """Makes a gauge of one value with the service as its label."""
    family = Gauge(name, help, labels=("service",))
    family.add_metric((service,), value)
    return family
