"""What has ended and still has access tokens about: learned from identity once a second, so that they are refused before they run out."""

import time
from collections.abc import Callable
from datetime import datetime

import eventlet

from services.common.bus.rpc_client import RpcClient
from services.common.kernel.caller import Caller
from services.common.kernel.errors import ServiceError
from services.common.observability.logs import get_logger
from services.common.security.tokens import LONGEST_LIFE_S
from services.contracts.identity.sessions import ListEnded

PAUSE_S = 1.0
KEPT_S = LONGEST_LIFE_S + 120  # as long as a token may rest on it, and what clocks differ by
log = get_logger("ended-grants")


class Revocations:
    """The ids of sessions, delegations and programs that have ended lately.

    While identity is away nothing can be ended; what was known stays known, and what ended just before is learned when it is back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, float] = {}  # in the order in which they were learned
        self._as_of: datetime | None = None
        self._heard = True

    def has(self, name: str) -> bool:
        """Whether what `name` names has ended."""
        return name in self._known

    def keep_up(self, client: RpcClient) -> None:
        """Asks again and again; never returns."""
        while True:
            self.ask(client)
            eventlet.sleep(PAUSE_S)

    def ask(self, client: RpcClient) -> None:
        """Asks once for what has ended since the last answer. A failure is logged, the first of a row as a warning."""
        try:
            reply = client.call(ListEnded, Caller(), since=self._as_of)
        except ServiceError as error:
            (log.warning if self._heard else log.debug)("ended-grants-not-told", code=error.code)
            self._heard = False
            return
        self._heard, self._as_of = True, reply.as_of
        self._learn(reply.ended)

    def _learn(self, ended: list[str]) -> None:
        now = self._clock()
        for name in ended:
            self._known.setdefault(name, now)
        while self._known and self._known[oldest := next(iter(self._known))] <= now - KEPT_S:
            del self._known[oldest]
