"""Retention: what would be destroyed now because it is past its time. Each service that destroys anything is asked about its own."""

from gateway.api.routing import Route
from services.contracts import applications, billing, correspondence, identity


def _route(service: str, calls: object) -> Route:
    call = calls.PreviewRetention  # type: ignore[attr-defined]
    return Route("GET", f"/staff/retention/{service}", call, operation=f"{call.method}_of_{service}")


ROUTES = tuple(
    _route(owner.__name__.rpartition(".")[2], owner.retention) for owner in (identity, applications, billing, correspondence)
)
