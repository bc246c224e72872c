"""The least a read can cost: the register's own SQL, run directly. `python -m tests.benchmarks.bus.direct REQUESTS AT_ONCE NUMBERS_FILE`.

As many greenlets as there are requests at once, each with a psycopg2 connection of its own; prints the seconds it took.
"""

import eventlet

eventlet.monkey_patch()

import itertools  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

import psycopg2  # noqa: E402

# What services/registry/register.py asks for one number.
SQL = """
SELECT r.registration_number, r.first_registered_on, e.valid, e.legal_name, e.commonly_used_name, e.category, e.status, e.conditions,
       e.languages_of_care
FROM registrants r JOIN register_entries e ON e.registrant_id = r.id WHERE r.registration_number = %s ORDER BY lower(e.valid)
"""


def main(requests: int, at_once: int, numbers: list[str]) -> dict[str, float]:
    """Reads; gives the seconds."""
    connections = [psycopg2.connect(os.environ["DATABASE_DSN"]) for _ in range(at_once)]
    wanted = itertools.islice(itertools.cycle(numbers), requests)

    def read(connection) -> None:
        connection.autocommit = True
        for number in wanted:
            with connection.cursor() as cursor:
                cursor.execute(SQL, (number,))
                if len(cursor.fetchall()) != 1:
                    raise LookupError(number)

    began = time.perf_counter()
    for greenlet in [eventlet.spawn(read, connection) for connection in connections]:
        greenlet.wait()
    return {"seconds": time.perf_counter() - began}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]).read_text().split())))
