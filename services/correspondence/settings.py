"""The key of links that are sealed on their way from identity to the mail (SEALING_KEY)."""

from nameko.extensions import DependencyProvider

from services.common import settings as settings_module
from services.common.security.encryption import SealedBox


class SealedLinks(DependencyProvider):
    """Gives the box that opens them; of several keys the first is the newest."""

    def setup(self) -> None:
        """Reads the keys; without one the service does not start."""
        self._box = SealedBox(settings_module.of(self.container).require("SEALING_KEY"))

    def get_dependency(self, worker_ctx: object) -> SealedBox:
        """Gives the box."""
        return self._box
