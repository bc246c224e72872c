"""What registry is given from outside: the college's seal."""

from pathlib import Path

from nameko.extensions import DependencyProvider

from services.common import settings as settings_module
from services.common.documents.pdf_seal import Sealer
from services.registry.certificate_renderer import CertificateRenderer


class Renderer(DependencyProvider):
    """Gives the service its press; a key or certificate that is unfit keeps it from starting."""

    def setup(self) -> None:
        """Reads the seal; raises SealError when its files cannot be read or do not belong together."""
        settings = settings_module.of(self.container)
        sealer = Sealer(Path(settings.require("SEAL_CERTIFICATE_FILE")), Path(settings.require("SEAL_KEY_FILE")))
        self._press = CertificateRenderer(sealer, settings.require("PUBLIC_URL"))

    def get_dependency(self, worker_ctx: object) -> CertificateRenderer:
        """Gives the press."""
        return self._press
