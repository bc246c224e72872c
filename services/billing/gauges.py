"""What billing counts and shows: the state between a payment and its effect (B1), and what of money waits for a person."""

from collections.abc import Iterable

from prometheus_client import Counter, Histogram
from prometheus_client.core import GaugeMetricFamily as Gauge
from prometheus_client.core import Metric
from sqlalchemy import Connection, text

from services.common.observability.metrics import WAIT_SECONDS
from services.common.runtime.gauges import MOST_COUNTED, Gauges, gauge

REPLAYS = Counter("college_finalisations_replayed", "Payments told again to whoever brings about their effect.", ("by",))
WAITS = Histogram("college_finalisation_wait_seconds", "From payment to its effect.", buckets=WAIT_SECONDS)
_PAID_NOT_FINAL = text(
    "SELECT count(*), coalesce(extract(epoch FROM now() - min(paid_at)), 0) FROM "
    "(SELECT paid_at FROM invoices WHERE state = 'being_finalised' ORDER BY paid_at LIMIT :most) AS waiting"
)
_FOR_A_PERSON = {
    "payments": text(
        "SELECT count(*), coalesce(extract(epoch FROM now() - min(since)), 0) FROM (SELECT recorded_at AS since FROM payments "
        "WHERE flag IS NOT NULL AND resolved_at IS NULL ORDER BY id LIMIT :most) AS waiting"
    ),
    "notices": text(
        "SELECT count(*), coalesce(extract(epoch FROM now() - min(since)), 0) FROM (SELECT received_at AS since FROM payment_notices "
        "WHERE flag IS NOT NULL AND resolved_at IS NULL ORDER BY id LIMIT :most) AS waiting"
    ),
}
_WAITING = "college_money_for_a_person", f"Flagged payments and notices that nobody has dealt with, up to {MOST_COUNTED}."
_OLDEST = "college_money_for_a_person_oldest_seconds", "Time since the oldest of them came."


class BillingGauges(Gauges):
    """Shows what is paid and not final beside what every service shows."""

    def by_database(self, connection: Connection) -> Iterable[Metric]:
        """Reads how many such invoices there are, and since when the oldest waits."""
        count, age_s = connection.execute(_PAID_NOT_FINAL, {"most": MOST_COUNTED}).one()
        service = self.container.service_name
        yield gauge("college_paid_not_final", f"Paid invoices without their effect, up to {MOST_COUNTED}.", service, count)
        yield gauge("college_paid_not_final_oldest_seconds", "Time since the oldest of them was paid.", service, float(age_s))
        waiting, oldest = (Gauge(*named, labels=("service", "what")) for named in (_WAITING, _OLDEST))
        for what, query in _FOR_A_PERSON.items():
            count, age_s = connection.execute(query, {"most": MOST_COUNTED}).one()
            waiting.add_metric((service, what), count)
            oldest.add_metric((service, what), float(age_s))
        yield from (waiting, oldest)
