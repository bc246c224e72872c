"""Rate limits: so many requests of a kind per client address, in this process; a bucket of tokens that fills with time."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from gateway.errors import TooManyRequests

_MOST_BUCKETS = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` requests at once, then `per_minute` more."""

    burst: int
    per_minute: float


# An office of a college, or a household, may share an address: these stop machines, not people. Identity also slows down
# failed sign-ins for each account.
RATES = {
    "sign-in": Rate(burst=30, per_minute=20),
    "start": Rate(burst=15, per_minute=5),
    "mail": Rate(burst=10, per_minute=4),
    "link": Rate(burst=30, per_minute=20),
    "access-request": Rate(burst=5, per_minute=1),
    "mailing-list": Rate(burst=5, per_minute=1),
    "program-token": Rate(burst=30, per_minute=30),
    "register-search": Rate(burst=60, per_minute=60),
    "refusal": Rate(burst=20, per_minute=10),  # by person or program: how many of their refusals go into the audit trail
}


class RateLimits:
    """The buckets of one process. `factor` multiplies every rate; 0 lets everything pass."""

    def __init__(self, factor: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._factor, self._clock = factor, clock
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def take(self, rule: str, address: str) -> None:
        """Counts one request; raises TooManyRequests, saying in how many seconds the next is taken."""
        if not self._factor:
            return
        rate, now, key = RATES[rule], self._clock(), (rule, address)
        burst, per_second = rate.burst * self._factor, rate.per_minute * self._factor / 60
        tokens, since = self._buckets.pop(key, (burst, now))
        tokens = min(burst, tokens + (now - since) * per_second)
        refused = tokens < 1
        self._buckets[key] = (tokens if refused else tokens - 1, now)
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        if refused:
            raise TooManyRequests(retry_after_s=math.ceil((1 - tokens) / per_second))
