"""What a process counts and times, in Prometheus' terms. Labels come from contracts and code, never from ids or what people send.

All counters of the floor are declared here, under one prefix; a service adds its own beside them. `measures.py` reads the gauges at
each scrape, `health.py` answers it.
"""

import time
from collections.abc import Iterable
from functools import lru_cache

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
WAIT_SECONDS = (0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 1_800, 3_600, 86_400)

disable_created_metrics()  # a second series for each counter, which nobody reads

CALLS = Counter("college_calls", "Calls answered, by outcome: ok or the error's code.", ("service", "method", "code"))
CALL_SECONDS = Histogram(
    "college_call_duration_seconds", "From a call's arrival to its answer.", ("service", "method"), buckets=SECONDS
)
REFUSED = Counter(
    "college_messages_refused",
    "Messages that were not believed; `kind` is calls, answers, events or letters.",
    ("service", "kind", "reason"),
)
CALLS_REFUSED = Counter(
    "college_calls_refused", "Calls that no method was started for: expired, malformed, unknown.", ("service", "reason")
)
ANNOUNCED = Counter("college_events_announced", "Events that the broker has confirmed.", ("service", "type"))
HANDLED = Counter("college_events_handled", "Events handled; `again` were absorbed by the inbox.", ("service", "type", "outcome"))
EVENT_SECONDS = Histogram("college_event_duration_seconds", "Handling of an event.", ("service", "type"), buckets=SECONDS)
RETRIED = Counter("college_events_retried", "Events that go to their handler again after a delay.", ("service", "type"))
PARKED = Counter("college_events_parked", "Events that became dead letters.", ("service", "type"))
RELAY_BATCHES = Counter("college_relay_batches", "Batches taken from the outbox to the broker.", ("service",))
RELAY_PAUSES = Counter("college_relay_pauses", "Times the relay lost the broker or the database.", ("service",))
LINK_UP = Gauge("college_link_up", "Whether a link to the broker is open.", ("link",))
LINK_OPENED = Counter(
    "college_link_opened", "Times a link to the broker was opened; all but the first are reconnects.", ("link",)
)
SCRAPE_FAILURES = Counter("college_scrape_failures", "Measurements that failed or took too long at a scrape.", ("what",))


def refusals(service: str, kind: str, reasons: Iterable[str]) -> dict[str, Counter]:
    """Gives the counters of what is not believed, by reason; each begins at 0, or the first one would be no increase to Prometheus."""
    return {reason: REFUSED.labels(service, kind, reason) for reason in reasons}


class Stopwatch:
    """One call or event under way."""

    __slots__ = ("_began", "_service", "_what")

    def __init__(self, service: str, what: str) -> None:
        self._began, self._service, self._what = time.perf_counter(), service, what

    def call_ended(self, code: str) -> None:
        """Counts the call and its time; `code` is `ok` or the error's."""
        _call(self._service, self._what, code).inc()
        _call_seconds(self._service, self._what).observe(time.perf_counter() - self._began)

    def event_ended(self, outcome: str) -> None:
        """Counts the event and its time."""
        HANDLED.labels(self._service, self._what, outcome).inc()
        EVENT_SECONDS.labels(self._service, self._what).observe(time.perf_counter() - self._began)


# `labels()` checks and locks each time: on the path of every call the children are kept.
_call = lru_cache(maxsize=4096)(CALLS.labels)
_call_seconds = lru_cache(maxsize=1024)(CALL_SECONDS.labels)
