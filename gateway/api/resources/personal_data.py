"""What is held of the person who asks, and to auditors of somebody else. Each service is asked about its own."""

from gateway.api.routing import Route
from services.contracts import applications, billing, correspondence, identity, qa, registry


def _route(service: str, calls: object) -> Route:
    call = calls.GetPersonalData  # type: ignore[attr-defined]
    return Route("GET", f"/me/data/{service}", call, operation=f"{call.method}_of_{service}")


ROUTES = tuple(
    _route(owner.__name__.rpartition(".")[2], owner.personal_data)
    for owner in (identity, applications, registry, billing, qa, correspondence)
)
