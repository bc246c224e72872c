"""Do the services agree? Reads every database of a site, as its administrator, and names whatever does not fit.

`python -m deploy.local.tools.checker [--site main]`. Meant for when nothing is under way: an event that still travels counts as a
disagreement.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping

from sqlalchemy import Engine, create_engine, text

from deploy.local.college.settings import REPOSITORY
from deploy.local.college.site import MAIN, Site
from deploy.local.engines.engines import Engines
from services.common.bus.topology import dead_letter_queue
from services.common.persistence import audit_trail

SERVICES = ("identity", "applications", "registry", "billing", "qa", "correspondence")
# What a finalised registration leaves in each service, counted by something that can exist once only.
COUNTS = {
    "paid invoices (billing)": (
        "billing",
        "SELECT count(*) FROM invoices WHERE effect = 'finalises_registration' AND paid_at IS NOT NULL",
    ),
    "finalised invoices (billing)": (
        "billing",
        "SELECT count(*) FROM invoices WHERE effect = 'finalises_registration' AND state = 'finalised'",
    ),
    "registrants (registry)": ("registry", "SELECT count(*) FROM registrants"),
    "registration numbers (registry)": ("registry", "SELECT count(DISTINCT registration_number) FROM registrants"),
    "current register entries (registry)": ("registry", "SELECT count(*) FROM register_entries WHERE upper_inf(valid)"),
    "certificates (registry)": ("registry", "SELECT count(*) FROM certificates"),
    "certificates made in English (registry)": ("registry", "SELECT count(*) FROM certificate_files WHERE language = 'en'"),
    "certificates made in French (registry)": ("registry", "SELECT count(*) FROM certificate_files WHERE language = 'fr'"),
    "registrant roles (identity)": ("identity", "SELECT count(*) FROM held_roles WHERE role = 'registrant'"),
    "finalised applications (applications)": ("applications", "SELECT count(*) FROM applications WHERE state = 'finalised'"),
    "PD cycles (qa)": ("qa", "SELECT count(*) FROM pd_cycles"),
    "portal mails sent (correspondence)": (
        "correspondence",
        "SELECT count(*) FROM messages WHERE kind = 'registrant_portal_open' AND delivery = 'sent'",
    ),
}
APPROVALS = {
    "approved applications (applications)": (
        "applications",
        "SELECT count(*) FROM applications WHERE decided_at IS NOT NULL AND state IN ('approved', 'approved_with_conditions', 'finalised')",
    ),
    "invoices (billing)": ("billing", "SELECT count(*) FROM invoices WHERE effect = 'finalises_registration'"),
    "pending registrations (registry)": ("registry", "SELECT count(*) FROM pending_registrations"),
    "invoice mails sent (correspondence)": (
        "correspondence",
        "SELECT count(*) FROM messages WHERE kind = 'registration_invoice' AND delivery = 'sent'",
    ),
}
RECEIPTS = {
    "receipts (billing)": ("billing", "SELECT count(receipt_number) FROM payments WHERE flag IS NULL"),
    "receipt mails sent (correspondence)": (
        "correspondence",
        "SELECT count(*) FROM messages WHERE kind = 'payment_receipt' AND delivery = 'sent'",
    ),
}
FEES = {
    "paid application fees (billing)": (
        "billing",
        "SELECT count(*) FROM invoices WHERE state = 'finalised' AND effect = 'completes_submission'",
    ),
    "paid application fees (applications)": ("applications", "SELECT count(*) FROM applications WHERE fee = 'paid'"),
}
_ALL = (APPROVALS, COUNTS, RECEIPTS, FEES)


class Checker:
    """Looks into the databases of one site; `expected_parked` says how many dead letters of which service are no fault."""

    def __init__(self, site: Site, expected_parked: Mapping[str, int] | None = None) -> None:
        self._site = site
        self._parked = {dead_letter_queue(service): count for service, count in (expected_parked or {}).items()}
        names = {service: site.settings.database_name(service) for service in SERVICES}
        self._engines: dict[str, Engine] = {
            service: create_engine(site.engines.admin_database_url(name), pool_size=1) for service, name in names.items()
        }

    def close(self) -> None:
        """Closes the connections."""
        for engine in self._engines.values():
            engine.dispose()

    def counts(self) -> dict[str, int]:
        """Gives every count by its name."""
        return {name: self._number(service, query) for counts in _ALL for name, (service, query) in counts.items()}

    def faults(self) -> list[str]:
        """Names what does not fit; an empty list when all agree."""
        differing = (fault for counts in _ALL for fault in self._disagreements(counts))
        return [*differing, *self._ledger(), *self._bus(), *self._trails()]

    def _disagreements(self, queries: dict[str, tuple[str, str]]) -> Iterator[str]:
        found = {name: self._number(service, query) for name, (service, query) in queries.items()}
        if len(set(found.values())) > 1:
            yield "the counts differ: " + ", ".join(f"{name} {count}" for name, count in found.items())

    def _ledger(self) -> Iterator[str]:
        unbalanced = self._number(
            "billing",
            "SELECT count(*) FROM (SELECT 1 FROM ledger_postings GROUP BY entry_id, currency HAVING sum(amount_cents) <> 0) x",
        )
        if unbalanced:
            yield f"{unbalanced} ledger entries do not sum to zero"
        postings = "SELECT coalesce(sum(amount_cents), 0) FROM ledger_postings WHERE account = 'cash_at_provider'"
        if (cash := self._number("billing", postings)) != (
            paid := self._number("billing", "SELECT coalesce(sum(amount_cents), 0) FROM payments")
        ):
            yield f"cash in the ledger is {cash} cents, payments are {paid}"
        applied = "SELECT coalesce(sum(amount_cents), 0) FROM {}"
        if (allocated := self._number("billing", applied.format("payment_allocations"))) != (
            unflagged := self._number("billing", applied.format("payments WHERE flag IS NULL"))
        ):
            yield f"{allocated} cents are applied to invoices, {unflagged} were paid for them"

    def _bus(self) -> Iterator[str]:
        for service in SERVICES:
            if unsent := self._number(service, "SELECT count(*) FROM outbox WHERE sent_at IS NULL"):
                yield f"{service}: {unsent} events are not announced"
        for queue in self._site.engines.queues(self._site.vhost):
            name, count, expected = queue["name"], queue.get("messages", 0), self._parked.get(queue["name"], 0)
            if count != expected:
                yield f"{count} messages stand in the queue {name}" + (f", not {expected}" if expected else "")

    def _trails(self) -> Iterator[str]:
        for service, engine in self._engines.items():
            with engine.connect() as connection:
                broken = audit_trail.first_broken_link(connection)
            if broken is not None:
                yield f"{service}: the audit trail is broken at {broken}"

    def _number(self, service: str, query: str) -> int:
        with self._engines[service].connect() as connection:
            return int(connection.execute(text(query)).scalar_one())


def main() -> int:
    """Prints the counts and the faults; 0 when there are none."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.local.tools.checker", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--site", default=MAIN)
    options = parser.parse_args()
    checker = Checker(Site(Engines(REPOSITORY / ".run"), options.site))
    for name, count in checker.counts().items():
        print(f"{count:>8}  {name}")
    faults = checker.faults()
    for fault in faults:
        print(f"   FAULT  {fault}")
    print("all agree" if not faults else f"{len(faults)} faults")
    checker.close()
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
