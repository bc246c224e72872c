"""Stock nameko's events behind the same outbox and inbox. `python -m tests.benchmarks.bus.stock_events relay | consume`."""

import eventlet

eventlet.monkey_patch()

import os  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

import psycopg2  # noqa: E402
from eventlet.hubs import trampoline  # noqa: E402
from nameko.containers import ServiceContainer  # noqa: E402
from nameko.events import event_handler  # noqa: E402
from nameko.standalone.events import event_dispatcher  # noqa: E402
from psycopg2.pool import ThreadedConnectionPool  # noqa: E402

from tests.benchmarks.bus.floor_events import BATCH, CLAIM, HANDLE, WORKERS  # noqa: E402


class StockSink:
    """Counts what happened."""

    name = "stock_sink"
    databases: ThreadedConnectionPool
    log = None

    @event_handler("stock_source", "happened")
    def count(self, envelope):
        database = self.databases.getconn()
        database.autocommit = True
        with database.cursor() as cursor:
            cursor.execute(HANDLE, {"id": envelope["id"], "number": envelope["data"]["number"]})
        self.databases.putconn(database)
        self.log.write(f"{envelope['data']['number']} {time.time()}\n")


def relay() -> None:
    """Takes rows from the outbox to the broker with nameko's own dispatcher, which waits for each confirm."""
    dispatch = event_dispatcher({"AMQP_URI": os.environ["AMQP_URI"]})
    database, listener = psycopg2.connect(os.environ["DATABASE_DSN"]), psycopg2.connect(os.environ["DATABASE_DSN"])
    listener.autocommit = True
    listener.cursor().execute("LISTEN outbox")
    while True:
        with database, database.cursor() as cursor:
            cursor.execute(CLAIM.replace("::text", ""), (BATCH,))
            rows = cursor.fetchall()
            for (envelope,) in rows:
                dispatch("stock_source", "happened", envelope)
        if len(rows) < BATCH:
            trampoline(listener.fileno(), read=True)
            listener.poll()
            listener.notifies.clear()


def consume() -> None:
    """Runs the listener."""
    StockSink.databases = ThreadedConnectionPool(1, WORKERS, os.environ["DATABASE_DSN"])
    with Path(os.environ["HANDLED_FILE"]).open("a", buffering=1) as StockSink.log:
        container = ServiceContainer(StockSink, {"AMQP_URI": os.environ["AMQP_URI"], "max_workers": WORKERS})
        container.start()
        container.wait()


if __name__ == "__main__":
    relay() if sys.argv[1] == "relay" else consume()
