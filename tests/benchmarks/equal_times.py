"""How long answers take that must not tell whether there is an account: with one and without, in turns, one at a time.

Each pair comes from a client address of its own and is about an account of its own, so that no back-off is in the figures.
"""

import http.client
import json
import os
import statistics
import time
import uuid
from collections.abc import Callable

import psycopg2
from psycopg2.extras import execute_values
from rich.table import Table

from deploy.local.urls import for_psycopg
from tests.benchmarks.targets import Figures, Target

PAIRS = int(os.environ.get("PAIRS", "60"))
WARMING = 5
PASSWORD, WRONG = "the river freezes in january", "the river thaws in april"
_INSERT = (
    "INSERT INTO accounts (id, email, email_key, application_id, language, password_hash, opened_at, activated_at) VALUES %s"
)
_ROW = "(%s, %s, %s, %s, 'en', %s, now(), now())"
_QUESTIONS: dict[str, tuple[str, int, Callable[[str], dict[str, str]]]] = {
    "sign-in with a wrong password": ("/api/v1/sessions", 401, lambda who: {"login": who, "password": WRONG}),
    "forgotten password": ("/api/v1/accounts/password-mail", 202, lambda who: {"email": who}),
    "forgotten application ID": ("/api/v1/accounts/application-id-mail", 202, lambda who: {"email": who}),
    "end of waiting (after a wrong password)": ("/api/v1/accounts/unlock-mail", 202, lambda who: {"login": who}),
    "activation mail again": ("/api/v1/accounts/activation-mail", 202, lambda who: {"email": who}),
    "opening an account": ("/api/v1/applications/start", 202, lambda who: {"email": who, "password": PASSWORD}),
}
# README.md: held answers were 0.1 % apart, and 9 % apart at the least before they were held. Ten times the one is still far from the other.
APART = {name: Target(f"{name}: with an account and without", 1, unit="% apart") for name in _QUESTIONS}
TARGETS = tuple(APART.values())


def add_known(url: str, kept_hash: str) -> None:
    """Adds the accounts asked about."""
    rows = [(str(uuid.uuid4()), who, who, f"EARLIER-{number}", kept_hash) for number, who in enumerate(map(_known, _pairs()))]
    with psycopg2.connect(for_psycopg(url)) as connection, connection.cursor() as cursor:
        execute_values(cursor, _INSERT, rows, _ROW)
    connection.close()


def compare(port: int, figures: Figures) -> Table:
    """Asks, and gives the medians in milliseconds, their ratio, and what chance alone makes of it (two halves of those without)."""
    table = Table(
        "answer",
        "with an account, ms",
        "without, ms",
        "ratio",
        "noise",
        title=f"The same answer, with an account and without ({PAIRS} pairs)",
    )
    for name, (path, status, body) in _QUESTIONS.items():
        with_one: list[float] = []
        without: list[float] = []
        for number in _pairs():
            turns = [(with_one, _known(number)), (without, f"nobody{number}@people.example.org")]
            for took, who in turns if number % 2 else reversed(turns):
                seconds = _ask(port, number, path, status, body(who))
                if number >= WARMING:
                    took.append(seconds)
        known, unknown, noise = statistics.median(with_one), statistics.median(without), statistics.median(without[::2])
        noise /= statistics.median(without[1::2])
        figures[APART[name]] = abs(known / unknown - 1) * 100
        table.add_row(name, f"{known * 1000:.2f}", f"{unknown * 1000:.2f}", f"{known / unknown:.3f}", f"{noise:.3f}")
    return table


def _pairs() -> range:
    return range(PAIRS + WARMING)


def _known(number: int) -> str:
    return f"known{number}@people.example.org"


def _ask(port: int, number: int, path: str, status: int, body: dict[str, str]) -> float:
    from_here = (f"127.0.1.{number % 250 + 1}", 0)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=from_here)
    connection.connect()
    began = time.perf_counter()
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    response = connection.getresponse()
    answer = response.read()
    took = time.perf_counter() - began
    connection.close()
    if response.status != status:
        raise RuntimeError(f"{path} answered {response.status}: {answer!r}")
    return took
