"""The real gateway with one address more, for the benchmark: `GET /api/v1/bench/{text}`."""

from gateway import app
from gateway.api.routing import Route
from gateway.service import Gateway
from tests.benchmarks.bus.contracts.bench import BenchEcho

# Before the application is made; in this process alone.
app.ROUTES = (*app.ROUTES, Route("GET", "/bench/{text}", BenchEcho))


class BenchGateway(Gateway):
    """The gateway's own component, but for that route."""

    name = "gateway"
