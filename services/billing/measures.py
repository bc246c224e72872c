"""What billing counts and shows of the state between payment and registration (B1)."""

from collections.abc import Iterable

from prometheus_client import Counter, Histogram
from prometheus_client.core import Metric
from sqlalchemy import Connection, text

from services.common.measures import MOST_COUNTED, Measures, gauge
from services.common.metrics import WAIT_SECONDS

REPLAYS = Counter("college_finalisations_replayed", "Payments told to registry again.", ("by",))
WAITS = Histogram("college_finalisation_wait_seconds", "From payment to the final registration.", buckets=WAIT_SECONDS)
_PAID_NOT_FINAL = text(
    "SELECT count(*), coalesce(extract(epoch FROM now() - min(paid_at)), 0) FROM "
    "(SELECT paid_at FROM invoices WHERE state = 'being_finalised' ORDER BY paid_at LIMIT :most) AS waiting"
)


class BillingMeasures(Measures):
    """Shows what is paid and not final beside what every service shows."""

    def by_database(self, connection: Connection) -> Iterable[Metric]:
        """Reads how many such invoices there are, and since when the oldest waits."""
        count, age_s = connection.execute(_PAID_NOT_FINAL, {"most": MOST_COUNTED}).one()
        service = self.container.service_name
        yield gauge("college_paid_not_final", f"Paid invoices without a registration, up to {MOST_COUNTED}.", service, count)
        yield gauge("college_paid_not_final_oldest_seconds", "Time since the oldest of them was paid.", service, float(age_s))
