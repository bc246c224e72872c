"""The floor of events: raw SQL and bare py-amqp. `python -m tests.benchmarks.bus.floor_events relay | consume`.

The same promises (claimed by one, confirmed, inbox and effect together) with nothing around them: no contract, no log, no retry.
"""

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

import amqp  # noqa: E402
import psycopg2  # noqa: E402
from amqp import spec  # noqa: E402
from eventlet.hubs import trampoline  # noqa: E402
from eventlet.queue import Queue  # noqa: E402

from tests.benchmarks.bus.floor import connect  # noqa: E402

QUEUE, BATCH, WORKERS = "floor-events", 200, 8
CLAIM = """
UPDATE outbox SET sent_at = now() WHERE position IN
(SELECT position FROM outbox WHERE sent_at IS NULL ORDER BY position LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING envelope::text
"""
HANDLE = """
WITH first AS (INSERT INTO inbox (event_id, handler) VALUES (%(id)s, 'count') ON CONFLICT DO NOTHING RETURNING event_id)
INSERT INTO effects (event_id, number) SELECT event_id, %(number)s FROM first
"""


def relay() -> None:
    """Takes rows from the outbox to the broker, a batch a transaction."""
    connection = connect()
    channel = connection.channel()
    channel.queue_declare(QUEUE, durable=True, auto_delete=False)
    channel.confirm_select()
    state = {"sent": 0, "taken": 0}
    channel.events["basic_ack"].add(lambda tag, multiple: state.update(taken=tag if multiple else state["taken"] + 1))
    database, listener = psycopg2.connect(os.environ["DATABASE_DSN"]), psycopg2.connect(os.environ["DATABASE_DSN"])
    listener.autocommit = True
    listener.cursor().execute("LISTEN outbox")
    while True:
        with database, database.cursor() as cursor:
            cursor.execute(CLAIM, (BATCH,))
            rows = cursor.fetchall()
            for (envelope,) in rows:
                message = amqp.Message(envelope, delivery_mode=2)
                channel.send_method(spec.Basic.Publish, "Bssbb", (0, "", QUEUE, False, False), message)
                state["sent"] += 1
            while state["taken"] < state["sent"]:
                connection.drain_events()
        if len(rows) < BATCH:
            trampoline(listener.fileno(), read=True)
            listener.poll()
            listener.notifies.clear()


def consume() -> None:
    """Handles each message with one statement."""
    connection = connect()
    channel = connection.channel()
    channel.queue_declare(QUEUE, durable=True, auto_delete=False)
    channel.basic_qos(0, 2 * WORKERS, False)
    waiting: Queue = Queue()

    def work(log) -> None:
        database = psycopg2.connect(os.environ["DATABASE_DSN"])
        database.autocommit = True
        while True:
            message = waiting.get()
            envelope = json.loads(message.body)
            with database.cursor() as cursor:
                cursor.execute(HANDLE, {"id": envelope["id"], "number": envelope["data"]["number"]})
            log.write(f"{envelope['data']['number']} {time.time()}\n")
            channel.basic_ack(message.delivery_tag)

    with Path(os.environ["HANDLED_FILE"]).open("a", buffering=1) as log:
        for _ in range(WORKERS):
            eventlet.spawn(work, log)
        channel.basic_consume(QUEUE, callback=waiting.put)
        while True:
            connection.drain_events()


if __name__ == "__main__":
    relay() if sys.argv[1] == "relay" else consume()
