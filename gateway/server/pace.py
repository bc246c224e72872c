"""How long a client may take: a rule that grows with what has come, so that neither trickling nor stalling holds a place."""

from gateway.settings import GatewaySettings


class Pace:
    """A transfer must keep up a least rate after a grace, and never stand still for long."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._grace_s, self._bytes_s, self._stall_s = (
            settings.transfer_grace_s,
            settings.slowest_bytes_s,
            settings.socket_timeout_s,
        )

    def deadline(self, since: float, moved: int, now: float) -> float:
        """Gives the time by which more must have moved, of what began at `since` and has moved `moved` bytes by now."""
        return min(since + self._grace_s + moved / self._bytes_s, now + self._stall_s)
