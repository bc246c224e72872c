"""What the gateway counts and times. A route is its pattern, never an address that somebody asked for."""

from functools import lru_cache

from prometheus_client import Counter, Gauge, Histogram

from services.common.observability.metrics import SECONDS

REQUESTS = Counter("college_http_requests", "Requests answered.", ("method", "route", "status"))
REQUEST_SECONDS = Histogram("college_http_request_duration_seconds", "From request to response.", ("route",), buckets=SECONDS)
UNDER_WAY = Gauge("college_http_requests_under_way", "Requests that are being answered.")
CONNECTIONS = Gauge("college_http_connections", "Connections that are open.")
# `labels()` checks and locks each time: on the path of every request the children are kept.
_requests, _seconds = lru_cache(maxsize=4096)(REQUESTS.labels), lru_cache(maxsize=1024)(REQUEST_SECONDS.labels)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def answered(method: str, route: str, status: int, seconds: float) -> None:
    """Counts a request and its time."""
    route = route or "none"
    _requests(method if method in _METHODS else "other", route, status).inc()
    _seconds(route).observe(seconds)
