"""Rate limits: so many requests of a kind per client, in this process; a bucket of tokens that fills with time.

Why this is no library: docs/decisions/0031-rate-limits-are-our-own.md.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gateway.http.errors import TooManyRequests
from services.common.security.client_networks import networks_of

_MOST_BUCKETS = 20_000  # of each rule; the one that was not used for longest goes first
_Buckets = OrderedDict[str, tuple[float, float]]  # tokens, and when there were so many


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
    "upload": Rate(
        burst=60, per_minute=1
    ),  # by account, refused or not: a long application in one evening, not a disk in one night
    "college-upload": Rate(burst=200, per_minute=10),  # by member of staff, for what came by post
    "refusal": Rate(burst=20, per_minute=10),  # by person or program: how many of their refusals go into the audit trail
}


class RateLimits:
    """The buckets of one process. `factor` multiplies every rate; 0 lets everything pass."""

    def __init__(self, factor: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._factor, self._clock = factor, clock
        self._buckets: dict[str, _Buckets] = {rule: OrderedDict() for rule in RATES}

    def take(self, rule: str, address: str) -> None:
        """Counts one request of a client; raises TooManyRequests, saying in how many seconds the next is taken.

        It counts for each network that the address is in (`client_networks.py`); what is refused counts for none, so that one
        network uses up nothing that others share with it.
        """
        self._take(rule, networks_of(address))

    def take_of(self, rule: str, name: str) -> None:
        """Counts one request of somebody who is known by a name, wherever they are; raises TooManyRequests."""
        self._take(rule, ((name, 1),))

    def _take(self, rule: str, sharers: Iterable[tuple[str, int]]) -> None:
        if not self._factor:
            return
        rate, now, buckets = RATES[rule], self._clock(), self._buckets[rule]
        taken: list[tuple[str, float]] = []
        for sharer, weight in sharers:
            burst, per_second = rate.burst * self._factor * weight, rate.per_minute * self._factor * weight / 60
            tokens, since = buckets.get(sharer, (burst, now))
            tokens = min(burst, tokens + (now - since) * per_second)
            if tokens < 1:
                raise TooManyRequests(retry_after_s=math.ceil((1 - tokens) / per_second))
            taken.append((sharer, tokens - 1))
        for sharer, tokens in taken:
            buckets[sharer] = (tokens, now)
            buckets.move_to_end(sharer)
        while len(buckets) > _MOST_BUCKETS:
            buckets.popitem(last=False)
