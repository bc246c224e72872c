"""`make test-floods`: each flood without and with the proxy in front, and what everybody else sees meanwhile.
ARGS="'idle connections'" asks for some, FLOOD_S=12 for how many seconds each.

A whole college runs on loopback; a flooder and four other people are processes of their own. A row misses its target when the others wait
longer than a second at p99, get an answer that should not be, or are cut off, or when the gateway takes more memory than it may.
"""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles

from rich.console import Console
from rich.table import Table

from deploy.demo.journey.applicant import Applicant, Places
from deploy.local.college.settings import REPOSITORY
from deploy.local.college.site import Site
from deploy.local.engines.engines import Engines
from deploy.local.engines.packages import Programs
from deploy.local.places import packages_folder
from tests.floods.attacks import ATTACKS
from tests.floods.front import forget_peak, memory_of, proxy

LASTS_S = float(os.environ.get("FLOOD_S", "12"))
LONGEST_P99_S = 1.0
MOST_MEMORY_MB = 400  # of the gateway; gateway/README.md says what it is made of
QUIET = "nothing"


@dataclass(frozen=True)
class Row:
    """What everybody else saw of one flood, in one setting."""

    flood: str
    front: str
    p50_ms: float
    p99_ms: float
    wrong: dict[str, int]
    reconnects: int
    memory_mb: float
    answers: dict[str, int]

    @property
    def missed(self) -> list[str]:
        """The targets that were missed, in words."""
        faults = [f"{times} x {what}" for what, times in self.wrong.items()]
        faults += ["p99"] if self.p99_ms > LONGEST_P99_S * 1000 else []
        faults += [f"{self.reconnects} reconnects"] if self.reconnects else []
        return faults + (["memory"] if self.memory_mb > MOST_MEMORY_MB else [])


def main(names: list[str]) -> int:
    """Floods and prints the table; 0 when every target was met, 1 when one was missed, 2 for a flood that there is not."""
    if unknown := set(names) - ATTACKS.keys():
        print(f"no such flood: {', '.join(sorted(unknown))}; there are {', '.join(ATTACKS)}")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is stopped all the same
    console = Console(width=max(Console().width, 150))
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; {LASTS_S:.0f} s each")
    engines = Engines(REPOSITORY / ".run")
    engines.start()
    try:
        rows = [row for front in ("none", "proxy") for row in _measured(engines, front, names or list(ATTACKS), console)]
    finally:
        engines.stop()
    console.print(_table(rows))
    missed = [row for row in rows if row.missed]
    for row in missed:
        console.print(f"missed: {row.flood} ({row.front}): {', '.join(row.missed)}")
    console.print(
        f"{len(rows) - len(missed)} of {len(rows)} met: p99 under 1 s, no wrong answer, no reconnect, under {MOST_MEMORY_MB} MB"
    )
    return 1 if missed else 0


def _measured(engines: Engines, front: str, names: list[str], console: Console) -> Iterator[Row]:
    with _college(engines, behind_proxy=front == "proxy") as site:
        token = _applicants_token(site)
        pid = site.pids("gateway")[0]
        with _in_front(engines, site, front) as (host, port, tls):
            for name in (QUIET, *names):
                row = _flooded(name, front, {"host": host, "port": port, "tls": tls, "token": token}, pid)
                console.print(
                    f"  {row.flood} ({row.front}): p99 {row.p99_ms:.0f} ms, {row.memory_mb:.0f} MB, {', '.join(row.missed) or 'met'}"
                )
                yield row


@contextmanager
def _college(engines: Engines, behind_proxy: bool) -> Iterator[Site]:
    os.environ["TRUST_FORWARDED_FOR"] = str(int(behind_proxy))
    site = Site(engines, f"flood-{uuid.uuid4().hex[:8]}")
    try:
        site.provision()
        site.start()
        site.wait_ready(90)
        yield site
    finally:
        site.destroy()


@contextmanager
def _in_front(engines: Engines, site: Site, front: str) -> Iterator[tuple[str, int, bool]]:
    if front == "none":
        yield "127.0.0.1", site.ports["gateway"], False
        return
    with proxy(Programs(packages_folder()), site.ports["gateway"], site.folder / "proxy") as port:
        yield "127.0.0.1", port, True


def _applicants_token(site: Site) -> str:
    profile = REPOSITORY / "deploy/colleges/crpo"
    flooder = Applicant(Places(site.public_url, site.mail_inbox_url, profile, site.folder / "samples"))
    flooder.open_account()
    flooder.activate()
    flooder.sign_in()
    flooder.application()
    return flooder.api.access_token


def _flooded(name: str, front: str, order: dict, pid: int) -> Row:
    forget_peak(pid)
    attacker = None
    if name != QUIET:
        attacker = _begun("tests.floods.attacker", order | {"name": name, "lasts_s": LASTS_S})
        _line(attacker)  # it floods now
    others = _begun("tests.floods.everybody", order | {"lasts_s": LASTS_S})
    try:
        seen = json.loads(_line(others))
        answers = json.loads(_line(attacker)) if attacker else {}
    finally:
        for process in (attacker, others):
            if process is not None:
                process.kill()
                process.wait()
    time.sleep(1.0)  # what the flood left behind is let go, so that the next row is about the next flood
    cut = quantiles(seen["seconds"], n=100, method="inclusive")
    return Row(name, front, cut[49] * 1000, cut[98] * 1000, seen["wrong"], seen["reconnects"], memory_of(pid), answers)


def _begun(module: str, order: dict) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(order))
    process.stdin.close()
    return process


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def _table(rows: list[Row]) -> Table:
    table = Table(
        "flood", "in front", "others p50", "p99", "wrong answers", "reconnects", "gateway at most", "the flooder got", ""
    )
    for row in rows:
        table.add_row(
            row.flood,
            row.front,
            f"{row.p50_ms:.0f} ms",
            f"{row.p99_ms:.0f} ms",
            ", ".join(f"{times} x {what}" for what, times in row.wrong.items()) or "none",
            str(row.reconnects),
            f"{row.memory_mb:.0f} MB",
            ", ".join(f"{times} x {what}" for what, times in sorted(row.answers.items())),
            "missed" if row.missed else "met",
        )
    return table


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
