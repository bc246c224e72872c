"""What registry shows of certificates that wait for a font."""

from collections.abc import Iterable

from prometheus_client.core import Metric
from sqlalchemy import Connection, text

from services.common.runtime.gauges import MOST_COUNTED, Gauges, gauge

_HELD = text("SELECT count(*) FROM (SELECT 1 FROM held_certificates LIMIT :most) AS held")


class RegistryGauges(Gauges):
    """Shows how many certificates are held back beside what every service shows."""

    def by_database(self, connection: Connection) -> Iterable[Metric]:
        """Reads how many there are."""
        held = connection.execute(_HELD, {"most": MOST_COUNTED}).scalar_one()
        words = f"Certificates that wait for a font, up to {MOST_COUNTED}."
        yield gauge("college_certificates_held", words, self.container.service_name, held)
