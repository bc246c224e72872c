"""Dead letters: what a service's handlers could not handle. Each service is asked about its own."""

from gateway.api.routing import Route
from services.contracts import applications, billing, correspondence, identity, qa, registry


def _routes(service: str, calls: object) -> tuple[Route, ...]:
    base = f"/staff/dead-letters/{service}"
    ways = {
        "ListDeadLetters": ("GET", base),
        "ReplayDeadLetters": ("POST", f"{base}/replay"),
        "GetDeadLetter": ("GET", f"{base}/{{letter_id}}"),
        "ReplayDeadLetter": ("POST", f"{base}/{{letter_id}}/replay"),
        "DiscardDeadLetter": ("POST", f"{base}/{{letter_id}}/discard"),
    }
    return tuple(
        Route(method, path, call := getattr(calls, name), operation=f"{call.method}_of_{service}")
        for name, (method, path) in ways.items()
    )


ROUTES = tuple(
    route
    for owner in (identity, applications, registry, billing, qa, correspondence)
    for route in _routes(owner.__name__.rpartition(".")[2], owner.dead_letters)
)
