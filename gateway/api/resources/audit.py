"""The audit trail: who did what. Each service is asked about its own."""

from gateway.api.routing import Route
from services.contracts import applications, billing, correspondence, identity, qa, registry


def _routes(service: str, calls: object) -> tuple[Route, ...]:
    base = f"/staff/audit/{service}"
    ways = {"ListAudit": base, "VerifyAudit": f"{base}/verification"}
    return tuple(
        Route("GET", path, call := getattr(calls, name), operation=f"{call.method}_of_{service}") for name, path in ways.items()
    )


ROUTES = tuple(
    route
    for owner in (identity, applications, registry, billing, qa, correspondence)
    for route in _routes(owner.__name__.rpartition(".")[2], owner.audit)
)
