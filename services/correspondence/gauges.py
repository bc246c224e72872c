"""What correspondence counts and shows of mails on their way."""

from collections.abc import Iterable

from prometheus_client import Counter
from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import Connection, text

from services.common.runtime.gauges import Gauges
from services.correspondence.models import BOUNCED, GIVEN_UP, RETRYING, WAITING

ATTEMPTS = Counter(
    "college_mail_attempts", "Tries to hand a mail to the mail server, by what became of the message.", ("delivery",)
)
# Not those that were sent: they are the whole table.
_NOT_SENT = (WAITING, RETRYING, BOUNCED, GIVEN_UP)
_COUNTS = text("SELECT delivery, count(*) FROM messages WHERE delivery = ANY(:states) GROUP BY delivery")


class CorrespondenceGauges(Gauges):
    """Shows messages that have not arrived beside what every service shows."""

    def by_database(self, connection: Connection) -> Iterable[Metric]:
        """Counts the messages in each state but `sent`."""
        counts = dict(connection.execute(_COUNTS, {"states": list(_NOT_SENT)}).tuples().all())
        family = GaugeMetricFamily(
            "college_mails_not_sent", "Messages that have not been mailed, by state.", labels=("delivery",)
        )
        for state in _NOT_SENT:
            family.add_metric((state,), counts.get(state, 0))
        yield family
