"""`make bench`: how long a person waits from approval to invoice, and from payment to being found on the public register.

200 walks, 8 at a time (WALKS and AT_ONCE change that), over the public HTTP of a whole college, every service its own process.
The clock runs where the person is: it starts before the decision, or the card, is sent, and stops when the invoice, or the name on the
public register, is first seen by asking again and again every 20 ms. Nothing is timed from the inside.
"""

import os
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from deploy.demo.journey.api import Api, wait_for
from deploy.demo.journey.applicant import Applicant, Places
from deploy.demo.journey.reviewer import Reviewer
from deploy.demo.samples import sample_documents
from deploy.local.college.sample_staff import SignIn, sample_staff
from deploy.local.college.settings import REPOSITORY
from deploy.local.college.site import Site
from deploy.local.engines.engines import Engines
from deploy.local.tools.checker import Checker
from tests.benchmarks.targets import Figures, Target, verdict

LOOK_S = 0.02
# The project's README: the invoice follows approval, and registration payment, within a second.
TO_INVOICE = Target("approval to invoice, p99", 1_000, unit="ms")
TO_REGISTER = Target("payment to the public register, p99", 1_000, unit="ms")
TARGETS = (TO_INVOICE, TO_REGISTER)


@dataclass(frozen=True)
class Waits:
    """What one person waited, in seconds."""

    approval_to_invoice: float
    payment_to_register: float


def main() -> int:
    """Walks, prints the table; 0 when every walk was finished, all services agree afterwards, and all targets are met."""
    walks, at_once = int(os.environ.get("WALKS", "200")), int(os.environ.get("AT_ONCE", "8"))
    os.environ["RATE_LIMIT_FACTOR"] = "1000"
    engines = Engines(REPOSITORY / ".run")
    engines.start()
    site, figures = Site(engines, f"bench-{uuid.uuid4().hex[:8]}"), Figures()
    try:
        site.provision()
        site.start()
        site.wait_ready(90)
        agreed = _measure(site, walks, at_once, figures)
    finally:
        site.destroy()
        engines.stop()
        missed = verdict(TARGETS, figures, print)
    return 0 if agreed and not missed else 1


def _measure(site: Site, walks: int, at_once: int, figures: Figures) -> bool:
    """Prints the table and enters the figures; gives whether all services agree afterwards."""
    staff = {role: account for account in sample_staff(site) for role in account.roles}
    places = Places(site.public_url, site.mail_inbox_url, REPOSITORY / "deploy/colleges/crpo", site.folder / "samples")

    def sign_in(role: str):
        return signed_in(site.public_url, staff[role])

    console = Console()
    began = time.monotonic()
    with Progress(console=console, transient=True) as progress, ThreadPoolExecutor(at_once) as pool:
        bar = progress.add_task(f"{walks} walks, {at_once} at a time", total=walks)

        def journey(number: int) -> Waits:
            waits = walk_through(Applicant(places, last_name=f"Bench-{number:04}", language="en"), sign_in)
            progress.advance(bar)
            return waits

        measured = list(pool.map(journey, range(walks)))
    console.print(f"{walks} walks, {at_once} at a time, in {time.monotonic() - began:.0f} s; looked every {LOOK_S * 1000:.0f} ms")
    table = Table("what a person waits for", "p50", "p99", "longest")
    for name, target, seconds in (
        ("approval → invoice", TO_INVOICE, [waits.approval_to_invoice for waits in measured]),
        ("payment → findable on the public register", TO_REGISTER, [waits.payment_to_register for waits in measured]),
    ):
        cuts = statistics.quantiles(seconds, n=100, method="inclusive")
        figures[target] = cuts[98] * 1000
        table.add_row(name, *(f"{value * 1000:.0f} ms" for value in (cuts[49], cuts[98], max(seconds))))
    console.print(table)
    checker = Checker(site)
    try:
        wait_for("all services to agree", lambda: not checker.faults(), 60, 0.5)
        console.print(
            f"all services agree: {checker.counts()['registrants (registry)']} registrants, ledger sums to zero, nothing in a queue"
        )
        return True
    except AssertionError:
        console.print("\n".join(checker.faults()))
        return False
    finally:
        checker.close()


def signed_in(url: str, account: SignIn) -> Reviewer:
    """Gives a member of staff who has signed in."""
    reviewer = Reviewer(url, account)
    reviewer.sign_in()
    return reviewer


def walk_through(one: Applicant, sign_in: Callable[[str], Reviewer], look_s: float = LOOK_S) -> Waits:
    """Leads a person from the account to the register; looks for what is awaited every `look_s` seconds."""
    one.open_account()
    one.activate()
    one.sign_in()
    one.application()
    one.fill_form()
    officer, registrar = sign_in("registration_officer"), sign_in("registrar")
    file = officer.find(one)
    officer.upload(file["id"], "transcript", sample_documents(one.places.documents, one.name)["transcript"])
    one.submit()
    file = officer.review(file["id"])
    began = time.monotonic()
    registrar.approve(file)
    invoice = wait_for("the invoice", lambda: one.api.get("/invoices")["invoices"], 30, look_s)[0]
    to_invoice = time.monotonic() - began
    page, public = one.open_payment_page(invoice["number"]), Api(one.places.public_url)
    began = time.monotonic()
    one.pay(page)
    wait_for("the name on the register", lambda: public.get("/register", name=one.name)["registrants"], 30, look_s)
    return Waits(to_invoice, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main())
