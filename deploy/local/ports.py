"""Local TCP ports: which are free, and picking some to keep."""

import random
import socket
from collections.abc import Iterable

# Below Linux's ephemeral range (32768 and up), so that no outgoing connection takes a kept port while we are down.
_RANGE = range(20000, 32000)


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def pick(avoid: Iterable[int] = (), prefer: int | None = None) -> int:
    """A free port outside `avoid`: the preferred one when it is free, else a random one."""
    taken = set(avoid)
    if prefer is not None and prefer not in taken and is_free(prefer):
        return prefer
    for port in random.SystemRandom().sample(_RANGE, len(_RANGE)):
        if port not in taken and is_free(port):
            return port
    raise OSError("no free TCP port on 127.0.0.1")


def settle(kept: dict[str, int], names: Iterable[str], prefer: dict[str, int] | None = None) -> dict[str, int]:
    """Ports for `names`: the kept one where it is still free, else another. Call only for what does not run."""
    settled = dict(kept)
    for name in names:
        port = settled.get(name)
        if port is None or not is_free(port):
            others = [used for owner, used in settled.items() if owner != name]
            settled[name] = pick(others, (prefer or {}).get(name))
    return settled
