"""`/healthz` (the process turns), `/readyz` (it can do its work now) and `/metrics`, over HTTP on a port of its own."""

from collections.abc import Callable
from typing import Any

import eventlet
import orjson
from eventlet import wsgi
from nameko.extensions import DependencyProvider
from prometheus_client import CONTENT_TYPE_LATEST

from services.common import settings as settings_module
from services.common.kernel.version import version
from services.common.runtime.gauges import Scrapes


def answer(component: str, faults: list[str]) -> dict[str, Any]:
    """Gives what a probe is told: who answers, of which version, and what keeps it from its work."""
    return {"component": component, "version": version(), "ready": not faults, "faults": faults}


class Health(DependencyProvider):
    """Asks every extension of the container that has a `not_ready()`, and tells probes the answer."""

    def start(self) -> None:
        """Begins answering, if the settings give a port (0: do not)."""
        settings = settings_module.of(self.container)
        self._server: Any = None
        self._scrapes = Scrapes(lambda: self.container.extensions)
        if settings.health_port:
            socket = eventlet.listen((settings.health_host, settings.health_port), reuse_port=False)
            self._server = eventlet.spawn(wsgi.server, socket, self._answer, log_output=False, debug=False)

    def stop(self) -> None:
        """Stops answering."""
        if self._server is not None:
            self._server.kill()

    kill = stop

    def get_dependency(self, worker_ctx: object) -> "Health":
        """Gives the checks themselves, for a gateway that answers on its own port."""
        return self

    def scrape(self) -> bytes:
        """Gives the metrics of this process as Prometheus reads them."""
        return self._scrapes.page()

    def faults(self) -> list[str]:
        """Names what keeps this process from doing its work; nothing when it is ready."""
        checks = (getattr(extension, "not_ready", None) for extension in self.container.extensions)
        return sorted({fault for check in checks if check and (fault := check())})

    def _answer(self, environ: dict, start_response: Callable[..., Any]) -> list[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [self.scrape()]
        faults = self.faults() if path == "/readyz" else []
        status = "200 OK" if path in {"/healthz", "/readyz"} else "404 Not Found"
        body = orjson.dumps(answer(self.container.service_name, faults))
        start_response("503 Service Unavailable" if faults else status, [("Content-Type", "application/json")])
        return [body]
