"""Names of hosts are looked up anew each time.

Eventlet's resolver keeps what it was told, and for five minutes too that a name has no address: a service that was cut off from the
network for a moment did not find the broker again until then, nor one that came back at another address. Connections here are few and long.
"""

from typing import Any

from eventlet.support import greendns

from services.common.bus.private_parts import without_cache


def keep_none(proxy: Any = greendns.resolver) -> None:
    """Makes the resolver of green sockets ask each time; it reads the machine's configuration when it is first used."""
    without_cache(proxy)
