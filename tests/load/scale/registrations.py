"""A registration from the first page to the public register: what it costs in every process, and what it leaves behind on disk."""

import os
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg2
from rich.table import Table

from deploy.local.sample_staff import SignIn, sample_staff
from deploy.local.settings import REPOSITORY
from deploy.local.site import Site
from deploy.local.urls import for_psycopg
from deploy.local.walk.applicant import Applicant, Places
from deploy.local.walk.reviewer import Reviewer
from services.contracts.topology import SERVICES
from tests.load.bench import signed_in, walk_through
from tests.load.bus.room import Room
from tests.load.scale.costs import ENGINES, cost_of, memory_of

PEOPLE, AT_ONCE, LOOK_S = 24, 4, 0.5
OURS = ("gateway", *SERVICES)


def run(room: Room, rounds: int, say) -> Iterator[Table]:
    """Measures; gives the tables."""
    os.environ["RATE_LIMIT_FACTOR"] = "1000"  # all come from one address
    site = Site(room.engines, f"scale-{uuid.uuid4().hex[:8]}")
    say(f"{rounds * PEOPLE} people walk from account to register, {AT_ONCE} at once")
    try:
        site.provision()
        site.start()
        site.wait_ready(120)
        yield from _measure(room, site, rounds * PEOPLE)
    finally:
        site.destroy()


class Walks:
    """People who walk the whole way, so many at once; each thread's staff sign in once."""

    def __init__(self, site: Site) -> None:
        self._url, self._here = site.public_url, threading.local()
        self._staff: dict[str, SignIn] = {role: account for account in sample_staff(site) for role in account.roles}
        profile = REPOSITORY / "deploy/colleges/crpo"
        self._places = Places(site.public_url, site.mail_inbox_url, profile, site.folder / "samples")

    def __call__(self, first: int, people: int) -> float:
        """Lets so many people walk; gives the seconds that took."""
        began = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self._one, range(first, first + people)))
        return time.monotonic() - began

    def _one(self, number: int) -> None:
        person = Applicant(self._places, last_name=f"Scale-{number:04}", language="en")
        walk_through(person, self._member_of_staff, LOOK_S)

    def _member_of_staff(self, role: str) -> Reviewer:
        known = self._here.__dict__
        if role not in known:
            known[role] = signed_in(self._url, self._staff[role])
        return known[role]


def _measure(room: Room, site: Site, people: int) -> Iterator[Table]:
    walks, ours = Walks(site), [each for each in site.running() if each.component in OURS]
    walks(0, AT_ONCE)  # what is done once in a process's life is no cost of a registration
    rows, files = _database_bytes(room, site), _file_bytes(site)
    found = cost_of(room, ours, people, lambda: walks(AT_ONCE, people))
    rows, files = _database_bytes(room, site) - rows, _file_bytes(site) - files
    memory = memory_of(ours)
    table = Table(
        "process", "CPU ms", "memory MB", title=f"A registration, of {people}, {AT_ONCE} at once: {found.rate:.1f} a second"
    )
    for name in (*OURS, *ENGINES):
        table.add_row(name, f"{found.cost[name]:.0f}", f"{memory[name]:.0f}" if name in memory else "")
    table.add_row("together", f"{sum(found.cost.values()):.0f}", f"{sum(memory.values()):.0f}")
    table.caption = f"left behind by each: {rows / people / 1e3:.0f} kB in the databases, {files / people / 1e3:.0f} kB of files"
    yield table


def _database_bytes(room: Room, site: Site) -> int:
    names = [site.settings.database_name(service) for service in SERVICES]
    connection = psycopg2.connect(for_psycopg(room.engines.admin_database_url()))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(pg_database_size(name)) FROM unnest(%s) AS name", (names,))
        size = int(cursor.fetchone()[0])
    connection.close()
    return size


def _file_bytes(site: Site) -> int:
    return sum(each.stat().st_size for each in (site.folder / "files").rglob("*") if each.is_file())
