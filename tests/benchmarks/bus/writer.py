"""Writes events into an outbox at a rate, each in a transaction of its own. `python -m tests.benchmarks.bus.writer RATE COUNT FIRST`.

Prints `number committed_at` for each. A few threads, so that one slow commit does not hold up the next.
"""

import os
import sys
import threading
import time

import psycopg2

from services.common.kernel.ids import new_id
from tests.benchmarks.bus.outbox_rows import row

THREADS = 4


def main(rate: float, count: int, first: int) -> list[tuple[int, float]]:
    """Writes `count` events numbered from `first`, `rate` a second; gives the instants of their commits."""
    began, committed = time.time() + 0.2, [0.0] * count

    def write(thread: int) -> None:
        connection = psycopg2.connect(os.environ["DATABASE_DSN"])
        connection.autocommit = True  # the three statements are one message: one round trip, one transaction
        with connection.cursor() as cursor:
            for index in range(thread, count, THREADS):
                time.sleep(max(0.0, began + index / rate - time.time()))
                event_id, envelope = row(new_id(), first + index)
                cursor.execute(
                    "INSERT INTO outbox (event_id, type, envelope) VALUES (%s, 'BenchHappened', %s); NOTIFY outbox",
                    (event_id, envelope),
                )
                committed[index] = time.time()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [(first + index, at) for index, at in enumerate(committed)]


if __name__ == "__main__":
    for number, at in main(float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])):
        print(number, at)
