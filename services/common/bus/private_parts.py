"""The private members of amqp, nameko and eventlet that we use: all of them are named here, and nowhere else.

They may go or change with any release, so `requirements.in` bounds these libraries from above, and a test tries each on the versions
that are locked. `container.Container` overrides nameko's `_run_worker`, as PRIVATE says; `wire` takes the place of two of amqp's readers.
"""

from collections.abc import Callable
from typing import Any

import amqp
from eventlet import GreenPool
from eventlet.support import greendns
from nameko.containers import ServiceContainer

# What the test looks for, by owner.
PRIVATE: dict[str, tuple[str, ...]] = {
    "amqp.Connection": ("_transport",),
    "amqp.transport": ("_quick_recv", "_write"),
    "nameko.containers.ServiceContainer": ("_worker_pool", "_run_worker"),
    "eventlet.support.greendns.resolver": ("_resolver", "_filename", "_cached_resolver"),
}


def transport_of(connection: amqp.Connection) -> Any | None:
    """Gives a connection's transport, or nothing. The public property would open a closed connection again."""
    return connection._transport


def read_ahead(transport: Any, most: int) -> None:
    """Has a transport read up to `most` bytes at a time.

    The library asks for the seven bytes of a frame's head, then for its body: two system calls for each of a message's three frames.
    It keeps what it got beyond what it asked for, so each call may as well take all that is there.
    """
    receive = transport._quick_recv
    transport._quick_recv = lambda _wanted: receive(most)


def take_over_writing(transport: Any, write: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """Has a transport give each frame to `write`; gives the function that sends at once."""
    send: Callable[[bytes], None] = transport._write
    transport._write = write
    return send


def workers_of(container: ServiceContainer) -> GreenPool:
    """Gives the pool in which a container's calls, events and timers run."""
    return container._worker_pool


def without_cache(proxy: Any) -> None:
    """Makes eventlet's resolver of host names keep nothing that it was told."""

    def clear() -> None:
        proxy._resolver = greendns.dns.resolver.Resolver(filename=proxy._filename)  # without a cache, unlike eventlet's own

    proxy.clear, proxy._cached_resolver = clear, None
