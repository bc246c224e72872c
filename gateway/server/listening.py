"""The listening end: a nameko extension that serves the WSGI application inline, one greenlet for each connection."""

from typing import Any

import eventlet
from nameko.extensions import DependencyProvider

from gateway.app import Application
from gateway.http.rate_limits import RateLimits
from gateway.http.upload_places import UploadPlaces
from gateway.portal.kit.templating import warm
from gateway.revocations import Revocations
from gateway.server.server import Server
from gateway.services import Services
from gateway.settings import GatewaySettings
from services.common import settings as settings_module
from services.common.bus.rpc_client import SharedRpcClient
from services.common.documents.files_provider import Files
from services.common.observability.logs import get_logger
from services.common.runtime.health import Health
from services.common.security.tokens import TokenVerifier
from services.contracts.college_provider import CollegeProfile

_LAST_WORDS_S = 2.0  # of the grace: for the answers to those whose call is given up
log = get_logger("http")


class HttpServer(DependencyProvider):
    """Listens from the container's start to its stop; then takes no new request and finishes those under way."""

    calls = SharedRpcClient()

    def setup(self) -> None:
        """Reads the settings; raises MissingSetting."""
        settings = settings_module.of(self.container)
        self.settings = GatewaySettings.read(settings)
        self._ended = Revocations()
        self._verifier = TokenVerifier.from_file(settings.require("VERIFY_KEYS_FILE"), self._ended.has)
        self._server: Any = None
        self._asking: Any = None
        self.port = 0

    def start(self) -> None:
        """Begins to listen; raises OSError if another program has the port (a stale gateway would silently share it)."""
        services = Services(
            client=self.calls.client,
            files=self._beside(Files).get_dependency(None),
            verifier=self._verifier,
            profile=self._beside(CollegeProfile).get_dependency(None),
            settings=self.settings,
            limits=RateLimits(self.settings.rate_limit_factor),
            uploads=UploadPlaces(self.settings.most_uploads_of_one),
        )
        warm()
        server = Server(Application(services, self._beside(Health).faults), self.settings)
        server.start()
        self.port = server.port
        self._asking = eventlet.spawn(self._ended.keep_up, self.calls.client)
        self._server = server
        log.info("listening", host=self.settings.host, port=self.port)

    def _beside(self, kind: type[Any]) -> Any:
        # nameko gives dependencies to workers, of which there are none here: requests are served inline.
        return next(dependency for dependency in self.container.dependencies if isinstance(dependency, kind))

    def not_ready(self) -> str | None:
        """Says why requests are not taken now, or nothing."""
        return None if self._server is not None and self._server.listens else "not listening for requests"

    def stop(self) -> None:
        """Takes no new request, and gives those under way the settings' grace; who still waits for a service then is told so (503)."""
        if self._server is None:
            return
        self._asking.kill()
        self._server.stop_taking()
        if not self._server.all_answered(self.settings.stop_grace_s - _LAST_WORDS_S):
            log.warning("requests-given-up", count=self._server.under_way)
            self.calls.client.stop()  # calls under way fail at once, with an outcome that is not known
            self._server.all_answered(_LAST_WORDS_S / 2)
        self._server.kill()

    def kill(self) -> None:
        """Stops without waiting for anyone."""
        if self._server is not None:
            self._asking.kill()
            self._server.kill()
