"""Who holds how many of the gateway's places, and who gives way when they run out: connections, and bodies that are slow to come."""

import ipaddress
import time
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import eventlet

from gateway.http.errors import Busy, TooManyRequests
from gateway.metrics import CONNECTIONS
from gateway.server.waiting import PERIOD_S, GaveWay, Phase, TooSlow, Waiter
from gateway.settings import GatewaySettings

_PATIENCE_S = 1.0  # who has only just begun is not slow yet
_POOR = 4  # times the least rate: who is quicker than that is never sent away for somebody else
_RETRY_AFTER_S = 10


@lru_cache(maxsize=4096)
def share_of(address: str) -> str:
    """Gives what counts as one client: an IPv4 address, or the /64 of an IPv6 one, which a single household has all of."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:100]
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped:
        return str(ip.ipv4_mapped)
    return str(ipaddress.ip_network((int(ip), 64), strict=False))


def client_of(environ: dict[str, Any], trust_forwarded: bool) -> str:
    """Gives the client behind a request, whom a trusted proxy names in the last entry of X-Forwarded-For."""
    named = environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() if trust_forwarded else ""
    return share_of(named or environ["REMOTE_ADDR"])


class Connections:
    """The connections that are open, each with the share of its peer; a proxy that is trusted has no share of its own."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._most = settings.most_connections
        self._most_of_one = settings.most_connections if settings.trust_forwarded else settings.most_of_one_address
        self._open: dict[Waiter, str] = {}
        self._of: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Any:
        return iter(list(self._open))

    def room(self) -> bool:
        """Says whether there is a place for one more, where needed instead of one that needs its place less."""
        return len(self._open) < self._most or _make_room(self._open, self._most)

    def shrink(self) -> None:
        """Ends the one that needs its place least."""
        _make_room(self._open, len(self._open))

    def room_for(self, peer: str) -> bool:
        """Says whether a peer may have one more, where needed instead of one of its own that needs its place less."""
        if self._of[peer] < self._most_of_one:
            return True
        return _make_room((waiter for waiter, owner in self._open.items() if owner == peer), self._most_of_one)

    def add(self, waiter: Waiter, peer: str) -> None:
        """Counts a connection."""
        self._open[waiter] = peer
        self._of[peer] += 1
        CONNECTIONS.inc()

    def remove(self, waiter: Waiter) -> None:
        """Counts it no more."""
        peer = self._open.pop(waiter)
        CONNECTIONS.dec()
        self._of[peer] -= 1
        if not self._of[peer]:
            del self._of[peer]

    def end_idle(self) -> None:
        """Ends those that have no request under way."""
        for waiter in self:
            if waiter.waits and waiter.phase <= Phase.HEAD:
                waiter.end(GaveWay)

    def watch(self) -> None:
        """Ends every wait whose deadline has passed, for ever."""
        while True:
            eventlet.sleep(PERIOD_S)
            now = time.monotonic()
            for waiter in self:
                if waiter.waits and waiter.deadline <= now:
                    waiter.end(TooSlow)


class SlowBodies:
    """The bodies under way that are large, or have not come at once: a few for each client, so many for all together."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._most, self._most_of_one = settings.most_bodies, settings.most_bodies_of_one
        self._poor = _POOR * settings.slowest_bytes_s
        self._under_way: dict[Waiter, str] = {}

    def take(self, waiter: Waiter, client: str) -> None:
        """Gives a place to a connection's body; raises TooManyRequests for a client that has its share, Busy when there is none."""
        theirs = [other for other, owner in self._under_way.items() if owner == client]
        if not _make_room(theirs, self._most_of_one, self._poor):
            raise TooManyRequests(retry_after_s=_RETRY_AFTER_S)
        if not _make_room(self._under_way, self._most, self._poor):
            raise Busy()
        self._under_way[waiter] = client

    def leave(self, waiter: Waiter) -> None:
        """Takes the place back, if there was one."""
        self._under_way.pop(waiter, None)


def _make_room(those: Iterable[Waiter], most: int, slower_than: float = float("inf")) -> bool:
    """Ends those that need their place least until there are fewer than `most`; says whether that is done."""
    staying = [waiter for waiter in those if not waiter.ending]
    while len(staying) >= most:
        least = _least(staying, slower_than)
        if least is None:
            return False
        least.end(GaveWay)
        staying.remove(least)
    return True


def _least(those: Iterable[Waiter], slower_than: float) -> Waiter | None:
    """Gives the one that needs its place least: of those that have no request under way the oldest, else the slowest."""
    now = time.monotonic()
    ranked = [
        (waiter.phase, waiter.since if waiter.phase <= Phase.HEAD else waiter.pace(now), waiter)
        for waiter in those
        if waiter.waits and (waiter.phase <= Phase.HEAD or (now - waiter.since > _PATIENCE_S and waiter.pace(now) < slower_than))
    ]
    return min(ranked, key=lambda rank: rank[:2])[2] if ranked else None
