"""A write: the provider's notices of payment, each of an open invoice, with billing at 1, 2 and 3 replicas.

A notice is checked, recorded with its ledger entry, audited and announced in one transaction; it is answered when that is committed.
"""

import http.client
import json
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg2
from psycopg2.extras import execute_values
from rich.table import Table

from deploy.local import ports
from deploy.local.urls import for_psycopg
from services.billing.notices import PAYMENT_SUCCEEDED, sign
from tests.benchmarks.bus.room import Room
from tests.benchmarks.scale.costs import AT_ONCE, PAYMENT, REPLICAS, Run, cost_of, floor, median, memory_of, scale_table
from tests.benchmarks.targets import Figures

PAYMENTS, WARM_UP, SECRET = 800, 100, "the-secret-of-this-measurement"
TARGETS = (PAYMENT,)
_INSERT = """
INSERT INTO invoices (id, number, account_id, application_id, application_reference, bill_to, category, state, currency, subtotal_cents,
                      total_cents, issued_at, issued_on, replays) VALUES %s
"""
_ROW = "(%s, %s, gen_random_uuid(), gen_random_uuid(), 'APP-1', 'Anne Tremblay', 'RP', 'open', 'CAD', 32100, 36273, now(), current_date, 0)"


def run(room: Room, rounds: int, say, figures: Figures) -> Iterator[Table]:
    """Measures; gives the table."""
    database = room.database("billing", "services.billing")
    wanted = len(REPLICAS) * (WARM_UP + rounds * PAYMENTS)
    say(f"{wanted:,} payments, {AT_ONCE} at once")
    invoices = iter(_open_invoices(room.admin_url("billing"), wanted))
    port = ports.pick()
    gateway = room.component("gateway", "gateway.service", HTTP_PORT=str(port))
    billing = []
    bare: list[Run] = []
    runs: dict[int, list[Run]] = {}

    def pay(times: int) -> float:
        return _pay(port, [next(invoices) for _ in range(times)])

    settings = {"DATABASE_URL": database, "PAYMENT_PROVIDER_URL": "http://localhost", "PAYMENT_API_KEY": "none"}
    try:
        with floor(room) as look:
            for count in REPLICAS:
                one = room.component("billing", "services.billing.service", count, **settings, PAYMENT_WEBHOOK_SECRET=SECRET)
                billing.append(one)
                parts = [gateway, *billing]
                pay(WARM_UP)
                for _ in range(rounds):
                    bare.append(look())
                    runs.setdefault(count, []).append(cost_of(room, parts, PAYMENTS, lambda: pay(PAYMENTS)))
                say(f"  {count} of {len(REPLICAS)} replicas")
            memory = memory_of(parts)
    finally:
        room.stop(gateway, *billing)
    figures[PAYMENT] = median(runs[1]).together
    yield scale_table(f"Payments recorded, {AT_ONCE} at once", "billing", bare, runs, memory)


def _open_invoices(url: str, count: int) -> list[str]:
    numbers = [f"SCALE-{number:06}" for number in range(count)]
    with psycopg2.connect(for_psycopg(url)) as connection, connection.cursor() as cursor:
        execute_values(cursor, _INSERT, [(str(uuid.uuid4()), number) for number in numbers], _ROW)
    connection.close()
    return numbers


def _pay(port: int, invoices: Sequence[str]) -> float:
    """Tells of a payment of each invoice; gives the seconds that took. Raises RuntimeError when one was not recorded."""
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = [
            each for part in pool.map(lambda first: _tell(port, invoices[first::AT_ONCE]), range(AT_ONCE)) for each in part
        ]
    if wrong := [each for each in outcomes if each != "recorded"]:
        raise RuntimeError(f"{len(wrong)} payments were not recorded, the first: {wrong[0]}")
    return time.perf_counter() - began


def _tell(port: int, invoices: Sequence[str]) -> list[str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    outcomes = []
    for invoice in invoices:
        payment = {
            "payment_id": f"pay_{uuid.uuid4().hex}",
            "reference": invoice,
            "amount_cents": 36273,
            "currency": "CAD",
            "paid_at": "2026-11-23T15:04:05Z",
            "method": {"brand": "visa", "last4": "4242"},
        }
        notice = json.dumps({"id": f"evt_{uuid.uuid4().hex}", "type": PAYMENT_SUCCEEDED, "created": 1, "data": payment})
        headers = {"Content-Type": "application/json", "Payment-Signature": sign(SECRET, int(time.time()), notice)}
        connection.request("POST", "/api/v1/webhooks/payments", notice, headers)
        answer = json.loads(connection.getresponse().read())
        outcomes.append(answer.get("outcome") or str(answer))
    connection.close()
    return outcomes
