"""The end of an audit trail: a service's writers take turns there until each has committed, which bounds what its replicas write."""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg2
from rich.table import Table

from deploy.local.urls import for_psycopg
from tests.benchmarks.bus.room import Room
from tests.benchmarks.targets import Figures, Target

WRITERS, SECONDS = 8, 4.0
# deploy/capacity.md: 250 audited writes a second are what one college may have, at half use.
IN_TURNS = Target("commits in turns", 500, better="higher", unit="a second")
TARGETS = (IN_TURNS,)
_TABLE = "CREATE TABLE turns (id bigserial PRIMARY KEY, entry text NOT NULL)"
_ENTRY = "INSERT INTO turns (entry) VALUES (repeat('x', 400))"
_TURN = "SELECT pg_advisory_xact_lock(1)"


def run(room: Room, rounds: int, say, figures: Figures) -> Iterator[Table]:
    """Measures; gives the table."""
    room.database("turns", "tests.support.tiny_package")
    url = for_psycopg(room.admin_url("turns"))
    _commit(url, _TABLE)
    say(f"{WRITERS} writers, {SECONDS:.0f} s, with and without turns")
    rates: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(rounds):
        for in_turns, found in rates.items():
            found.append(_rate(url, in_turns))
    figures[IN_TURNS] = statistics.median(rates[True])
    table = Table(
        "writers",
        "commits /s",
        title=f"One row for each transaction, {WRITERS} writers at once: the ceiling of one service's trail",
    )
    for in_turns, found in rates.items():
        table.add_row(
            "in turns, as at an audit trail's end" if in_turns else "each for itself", f"{statistics.median(found):.0f}"
        )
    yield table


def _rate(url: str, in_turns: bool) -> float:
    with ThreadPoolExecutor(WRITERS) as pool:
        return sum(pool.map(lambda _: _write(url, in_turns), range(WRITERS))) / SECONDS


def _write(url: str, in_turns: bool) -> int:
    commits, connection = 0, psycopg2.connect(url)
    until = time.monotonic() + SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            if in_turns:
                cursor.execute(_TURN)
            cursor.execute(_ENTRY)
            connection.commit()
            commits += 1
    connection.close()
    return commits


def _commit(url: str, statement: str) -> None:
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.commit()
    connection.close()
