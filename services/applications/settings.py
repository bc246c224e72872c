"""What applications is told by its environment, and the part it makes of that for its use cases."""

from typing import Any

from nameko.extensions import DependencyProvider

from services.common import settings as settings_module
from services.common.documents.clamd import Clamd
from services.common.observability.logs import get_logger

SCAN_WITHIN_S = 10.0  # twenty-five megabytes take a second or two
log = get_logger("scanning")


class Scanner(DependencyProvider):
    """Gives a service method the daemon that looks for malware; nothing where CLAMD_ADDRESS is not set."""

    def setup(self) -> None:
        """Reads where it is, and how long it may take (CLAMD_WITHIN_S); raises ValueError for an address that is none."""
        settings = settings_module.of(self.container)
        address = settings.optional("CLAMD_ADDRESS")
        self._clamd = Clamd(address, float(settings.optional("CLAMD_WITHIN_S", str(SCAN_WITHIN_S)))) if address else None
        if self._clamd is None:
            log.warning("uploads-not-scanned", setting="CLAMD_ADDRESS")

    def get_dependency(self, worker_ctx: Any) -> Clamd | None:
        """Gives the daemon."""
        return self._clamd
