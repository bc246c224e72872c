"""Where messages live: exchanges, listeners' queues, the retry schedule and the dead letters; and who makes them.

Each part is described here once. Either every process declares what it needs (a test, a broker of one's own), or the broker was
given all of it beforehand (`services.contracts.topology` writes the definitions) and no process may declare anything.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any

import amqp

from services.common.kernel.contract import Event
from services.common.settings import CLASSIC, DECLARE, QUORUM

RPC_EXCHANGE = "nameko-rpc"
BACK_EXCHANGE = (
    "events.back"  # brings a message to the one queue that its routing key names: after a delay, or from the dead letters
)
DEAD_EXCHANGE = "events.dead"  # the routing key names the service whose dead letter it is
HANDLER_HEADER = "x-handler"
HISTORY_HEADER = "x-history"

# Not the dead letters: a look at them is a delivery, and a quorum queue drops what was delivered too often.
_REPLICATED = ("rpc-", "events.", "retries.")


@dataclass(frozen=True)
class Parts:
    """Exchanges (all of them topic exchanges), queues with their arguments, and bindings (exchange, queue, key). All are durable."""

    exchanges: tuple[str, ...] = ()
    queues: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    bindings: tuple[tuple[str, str, str], ...] = ()

    def __add__(self, other: "Parts") -> "Parts":
        return Parts(
            tuple(dict.fromkeys(self.exchanges + other.exchanges)),
            {**self.queues, **other.queues},
            tuple(dict.fromkeys(self.bindings + other.bindings)),
        )


Declarer = Callable[[amqp.Channel, Parts], None]


def exchange_of(event: type[Event]) -> str:
    """Gives the exchange that the owner of an event announces on."""
    return f"{event.owner}.events"


def call_queue(service: str) -> str:
    """Gives the queue in which calls wait for a service."""
    return f"rpc-{service}"


def queue_of(listener: str, event: type[Event]) -> str:
    """Gives the queue in which an event waits for one of its listeners."""
    return f"events.{listener}.{event.owner}.{event.type}"


def retry_exchange(delay_ms: int) -> str:
    """Gives the exchange that brings a message back to the queue in its routing key after a delay."""
    return f"retries.{delay_ms}"


def dead_letter_queue(listener: str) -> str:
    """Gives the queue where a service's failed events wait for a person."""
    return f"dead.{listener}"


def call_parts(service: str) -> Parts:
    """Describes the queue of a service's calls."""
    queue = call_queue(service)
    return Parts((RPC_EXCHANGE,), {queue: {}}, ((RPC_EXCHANGE, queue, f"{service}.*"),))


def event_parts(event: type[Event]) -> Parts:
    """Describes the event's exchange and the queue of every listener, so that nothing published before a listener's start is lost."""
    queues = [queue_of(listener, event) for listener in event.listeners]
    arrivals = [(exchange_of(event), queue, event.type) for queue in queues]
    returns = [(BACK_EXCHANGE, queue, queue) for queue in queues]
    return Parts((exchange_of(event), BACK_EXCHANGE), {queue: {} for queue in queues}, (*arrivals, *returns))


def retry_parts(delays_ms: Iterable[int]) -> Parts:
    """Describes the retry schedule: a message waits out its time in a queue, then goes back to the queue its routing key names."""
    names = {retry_exchange(delay): delay for delay in delays_ms}
    queues = {name: {"x-message-ttl": delay, "x-dead-letter-exchange": BACK_EXCHANGE} for name, delay in names.items()}
    return Parts((BACK_EXCHANGE, *names), queues, tuple((name, name, "#") for name in names))


def dead_letter_parts(listener: str) -> Parts:
    """Describes the queue of a service's dead letters."""
    queue = dead_letter_queue(listener)
    return Parts((DEAD_EXCHANGE,), {queue: {}}, ((DEAD_EXCHANGE, queue, listener),))


def together(parts: Iterable[Parts]) -> Parts:
    """Gives all these parts as one, each thing once."""
    return reduce(Parts.__add__, parts, Parts())


def declare(channel: amqp.Channel, parts: Parts) -> None:
    """Makes the parts that are missing; raises what the broker refuses with. One answer is waited for, not one for each part."""
    for exchange in parts.exchanges:
        channel.exchange_declare(exchange, "topic", durable=True, auto_delete=False, nowait=True)
    for queue, arguments in parts.queues.items():
        channel.queue_declare(queue, durable=True, auto_delete=False, arguments=dict(arguments), nowait=True)
    for exchange, queue, key in parts.bindings:
        channel.queue_bind(queue, exchange, key, nowait=True)
    for exchange in parts.exchanges[:1]:
        channel.exchange_declare(
            exchange, "topic", passive=True
        )  # the broker answers in order: all of the above is done, or refused


def declarer(topology: str, queues: str = CLASSIC) -> Declarer:
    """Gives what a process does about the parts it needs: makes them, or trusts the definitions that the broker was given."""
    if topology != DECLARE:
        return _trust
    return declare if queues == CLASSIC else lambda channel, parts: declare(channel, replicated(parts))


def replicated(parts: Parts) -> Parts:
    """Gives the parts for a broker of several nodes: calls, events and delays stand in quorum queues, which outlive any one node."""
    return replace(parts, queues={queue: on_many_nodes(queue, arguments) for queue, arguments in parts.queues.items()})


def on_many_nodes(queue: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Gives a queue's arguments on a broker of several nodes."""
    if not queue.startswith(_REPLICATED):
        return arguments
    found = {**arguments, "x-queue-type": QUORUM}
    if "x-dead-letter-exchange" in arguments:
        # A delay's end is confirmed too, which a node that dies at that moment would lose else; RabbitMQ asks for the second argument then.
        found |= {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
    return found


def ensure_rpc_exchange(connection: amqp.Connection) -> None:
    """Makes the exchange of calls if it is missing. Looking needs no permission, so whoever only asks needs no setting for this."""
    channel = connection.channel()
    try:
        channel.exchange_declare(RPC_EXCHANGE, "topic", passive=True)
    except amqp.exceptions.NotFound:
        channel = connection.channel()
        declare(channel, Parts((RPC_EXCHANGE,)))
    channel.close()


def _trust(_channel: amqp.Channel, _parts: Parts) -> None:
    """Nothing to make, and no permission to."""
