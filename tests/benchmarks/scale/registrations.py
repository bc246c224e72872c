"""A registration from the first page to the public register: what it costs in every process, and what it leaves behind on disk."""

import os
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg2
from rich.table import Table

from deploy.demo.journey.applicant import Applicant, Places
from deploy.demo.journey.reviewer import Reviewer
from deploy.local.college.sample_staff import SignIn, sample_staff
from deploy.local.college.settings import REPOSITORY
from deploy.local.college.site import Site
from deploy.local.urls import for_psycopg
from services.contracts.topology import SERVICES
from tests.benchmarks.bench import signed_in, walk_through
from tests.benchmarks.bus.room import Room
from tests.benchmarks.scale.costs import ENGINES, REGISTRATION, cost_of, memory_of
from tests.benchmarks.targets import Figures

PEOPLE, AT_ONCE, LOOK_S = 24, 4, 0.5
OURS = ("gateway", *SERVICES)
TARGETS = (REGISTRATION,)


def run(room: Room, rounds: int, say, figures: Figures) -> Iterator[Table]:
    """Measures; gives the tables."""
    os.environ["RATE_LIMIT_FACTOR"] = "1000"  # all come from one address
    site = Site(room.engines, f"scale-{uuid.uuid4().hex[:8]}")
    say(f"{rounds * PEOPLE} people walk from account to register, {AT_ONCE} at once")
    try:
        site.provision()
        site.start()
        site.wait_ready(120)
        yield from _measure(room, site, rounds * PEOPLE, figures)
    finally:
        site.destroy()


class Journeys:
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


def _measure(room: Room, site: Site, people: int, figures: Figures) -> Iterator[Table]:
    walks, ours = Journeys(site), [each for each in site.running() if each.component in OURS]
    walks(0, AT_ONCE)  # what is done once in a process's life is no cost of a registration
    rows, files, trail = _database_bytes(room, site), _file_bytes(site), _audit_entries(room, site)
    found = cost_of(room, ours, people, lambda: walks(AT_ONCE, people))
    figures[REGISTRATION] = found.together
    rows, files = _database_bytes(room, site) - rows, _file_bytes(site) - files
    memory, audited = memory_of(ours), _audit_entries(room, site)
    title = f"A registration, of {people}: {found.rate:.1f} a second, {AT_ONCE} at once"
    table = Table("process", "CPU ms", "audited writes", "memory MB", title=title)
    for name in (*OURS, *ENGINES):
        entries = f"{(audited[name] - trail[name]) / people:.1f}" if name in trail else ""
        table.add_row(name, f"{found.cost[name]:.0f}", entries, f"{memory[name]:.0f}" if name in memory else "")
    table.add_row("together", f"{found.together:.0f}", "", f"{sum(memory.values()):.0f}")
    table.caption = f"left behind by each: {rows / people / 1e3:.0f} kB in the databases, {files / people / 1e3:.0f} kB of files"
    yield table


def _database_bytes(room: Room, site: Site) -> int:
    return sum(_ask(room, site, service, "SELECT pg_database_size(current_database())") for service in SERVICES)


def _audit_entries(room: Room, site: Site) -> dict[str, int]:
    return {service: _ask(room, site, service, "SELECT count(*) FROM audit") for service in SERVICES}


def _ask(room: Room, site: Site, service: str, question: str) -> int:
    connection = psycopg2.connect(for_psycopg(room.engines.admin_database_url(site.settings.database_name(service))))
    with connection.cursor() as cursor:
        cursor.execute(question)
        (answer,) = cursor.fetchone()
    connection.close()
    return int(answer)


def _file_bytes(site: Site) -> int:
    return sum(each.stat().st_size for each in (site.folder / "files").rglob("*") if each.is_file())
