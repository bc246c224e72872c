"""`make bench-sign-in`: how many people sign in a second, and how long others wait for a look-up while they do; and whether the
time of an answer tells that there is an account (`equal_times.py`).

A sign-in costs a password's hash (argon2id, at OWASP's parameters), which is made to be slow. ROUNDS changes how often all is
repeated (3); RUN_DIR names other engines.
"""

import http.client
import json
import os
import signal
import statistics
import sys
import threading
import time
import uuid
from collections.abc import Callable, Sequence

import psycopg2
from psycopg2.extras import execute_values
from rich.console import Console
from rich.table import Table

from deploy.local import ports
from deploy.local.college.settings import REPOSITORY
from deploy.local.urls import for_psycopg
from services.identity.passwords import passwords
from tests.benchmarks import equal_times
from tests.benchmarks.bus.register import fill
from tests.benchmarks.bus.room import Room
from tests.benchmarks.bus.rounds import Contender, Figure, measure
from tests.benchmarks.targets import Figures, Target, verdict

PEOPLE, ACCOUNTS, AT_ONCE = 10_000, 64, 8
LOOK_UPS, LOOK_UPS_AT_ONCE = 600, 4
ALONE_S, HASHES = 6.0, 20
# README.md: who looks something up shares the cores with those who hash, and waits in no queue behind them: not for one whole hash.
LOOK_UP = Target("a look-up in a storm of sign-ins, p50", 1, unit="of one hash")
TARGETS = (LOOK_UP, *equal_times.TARGETS)
PASSWORD = "the river freezes in january"
_INSERT = "INSERT INTO accounts (id, email, email_key, language, password_hash, opened_at, activated_at) VALUES %s"
_ROW = "(%s, %s, %s, 'en', %s, now(), now())"


class Storm:
    """People who sign in at the gateway, so many at once, again and again, from when it is entered until it is left."""

    def __init__(self, port: int, at_once: int) -> None:
        self._port, self._over = port, threading.Event()
        self._people = [threading.Thread(target=self._sign_in, args=(first, at_once)) for first in range(at_once)]
        self.took: list[float] = []
        self.wrong: list[object] = []

    def __enter__(self) -> "Storm":
        self._began = time.perf_counter()
        for one in self._people:
            one.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for one in self._people:
            one.join()
        self.seconds = time.perf_counter() - self._began
        if self.wrong or not self.took:
            raise RuntimeError(f"{len(self.wrong)} sign-ins failed, the first with {self.wrong[:1]}")

    def _sign_in(self, first: int, step: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        number = first
        while not self._over.is_set():
            body = json.dumps({"login": _address(number % ACCOUNTS), "password": PASSWORD})
            began = time.perf_counter()
            try:
                connection.request("POST", "/api/v1/sessions", body, {"Content-Type": "application/json"})
                response = connection.getresponse()
                answer = response.read()
            except (OSError, http.client.HTTPException) as error:
                self.wrong.append(error)
                return
            if response.status != 201:
                self.wrong.append(answer)
                return
            self.took.append(time.perf_counter() - began)
            number += step


def main() -> int:
    """Measures, prints the tables and last a line for each target; 0 when all are met, 1 when one is missed."""
    figures = Figures()
    console, rounds = Console(width=max(Console().width, 140)), int(os.environ.get("ROUNDS", "3"))
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before: trust ratios, and sizes for the rest")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is stopped all the same
    try:
        room = Room(console.print)
        try:
            for table in _run(room, rounds, console.print, figures):
                console.print(table)
        finally:
            room.close()
    finally:
        missed = verdict(TARGETS, figures, print)
    return missed


def _run(room: Room, rounds: int, say: Callable[[str], None], figures: Figures) -> Sequence[Table]:
    registry, identity = room.database("registry", "services.registry"), room.database("identity", "services.identity")
    say(f"a register of {PEOPLE:,} people, and {ACCOUNTS} accounts")
    numbers = fill(room.admin_url("registry"), REPOSITORY / "deploy/colleges/crpo", PEOPLE)
    paths = room.folder / "paths"
    paths.write_text("\n".join(f"/api/v1/register/{number}" for number in numbers[::5]))
    _add_accounts(room.admin_url("identity"))
    equal_times.add_known(room.admin_url("identity"), passwords.hash_password(equal_times.PASSWORD))
    port = ports.pick()
    parts = [
        room.component("registry", "services.registry.service", DATABASE_URL=registry),
        room.component("identity", "services.identity.service", DATABASE_URL=identity),
        room.component("gateway", "gateway.service", HTTP_PORT=str(port)),
    ]
    look_ups = Contender("look-ups", f"http://127.0.0.1:{port}/", (), paths)
    storms: list[Storm] = []
    alone: list[Figure] = []
    during: list[Figure] = []
    hashes: list[float] = []
    try:
        measure(room, look_ups, 300, LOOK_UPS_AT_ONCE)
        for number in range(rounds):
            hashes.append(_hash_s())
            with Storm(port, AT_ONCE) as storm:
                time.sleep(ALONE_S)
            storms.append(storm)
            alone.append(measure(room, look_ups, LOOK_UPS, LOOK_UPS_AT_ONCE))
            with Storm(port, AT_ONCE):
                during.append(measure(room, look_ups, LOOK_UPS, LOOK_UPS_AT_ONCE))
            say(f"  round {number + 1} of {rounds}")
        times = equal_times.compare(port, figures)
    finally:
        room.stop(*parts)
    figures[LOOK_UP] = statistics.median(run.p50 for run in during) / 1e6 / statistics.median(hashes)
    return [_sign_ins_table(storms, hashes), _look_ups_table(alone, during), times]


def _add_accounts(url: str) -> None:
    kept = passwords.hash_password(PASSWORD)
    rows = [(str(uuid.uuid4()), _address(number), _address(number), kept) for number in range(ACCOUNTS)]
    with psycopg2.connect(for_psycopg(url)) as connection, connection.cursor() as cursor:
        execute_values(cursor, _INSERT, rows, _ROW)
    connection.close()


def _address(number: int) -> str:
    return f"person{number}@people.example.org"


def _hash_s() -> float:
    kept, began = passwords.hash_password(PASSWORD), time.perf_counter()
    for _ in range(HASHES):
        passwords.matches(PASSWORD, kept)
    return (time.perf_counter() - began) / HASHES


def _sign_ins_table(storms: list[Storm], hashes: list[float]) -> Table:
    cuts = [statistics.quantiles(storm.took, n=100, method="inclusive") for storm in storms]
    rate = statistics.median(len(storm.took) / storm.seconds for storm in storms)
    table = Table("at once", "sign-ins /s", "p50 ms", "p99 ms", "one hash alone, ms", title="Sign-ins, nothing else asked")
    table.add_row(
        *(str(AT_ONCE), f"{rate:.1f}"),
        *(f"{statistics.median(each[place] for each in cuts) * 1000:.0f}" for place in (49, 98)),
        f"{statistics.median(hashes) * 1000:.0f}",
    )
    return table


def _look_ups_table(alone: list[Figure], during: list[Figure]) -> Table:
    title = f"Look-ups in the register by number, {LOOK_UPS_AT_ONCE} at once, alone and while {AT_ONCE} at once sign in"
    table = Table("", "look-ups /s", "p50 ms", "p99 ms", title=title)
    figures = [
        [statistics.median(getattr(one, name) for one in runs) for name in ("rate", "p50", "p99")] for runs in (alone, during)
    ]
    for name, (rate, p50, p99) in zip(("alone", "in a storm of sign-ins"), figures, strict=True):
        table.add_row(name, f"{rate:.0f}", f"{p50 / 1000:.1f}", f"{p99 / 1000:.1f}")
    table.add_row("ratio", *(f"{storm / quiet:.2f}" for quiet, storm in zip(*figures, strict=True)))
    return table


if __name__ == "__main__":
    sys.exit(main())
