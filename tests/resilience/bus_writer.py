"""Writes to the bus as nobody of ours would: garbage, events that cannot be handled, events and calls of another version."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import amqp
import orjson

from services.common import clock
from services.common.contract import Event
from services.common.ids import new_id
from services.common.publisher import Outgoing, Publisher
from services.common.rpc_client import RpcClient
from services.common.topology import BACK_EXCHANGE, exchange_of, queue_of
from tests.resilience.apart import SiteApart

WAIT_S = 10.0


@contextmanager
def writing(site: SiteApart) -> Iterator["BusWriter"]:
    """Opens a writer, with all rights on the site's virtual host."""
    writer = BusWriter(site.engines.amqp_uri(site.vhost))
    try:
        yield writer
    finally:
        writer.close()


class BusWriter:
    """One publisher and one client."""

    def __init__(self, uri: str) -> None:
        self._publisher, self._client = Publisher(uri, "resilience"), RpcClient(uri).start()
        self._publisher.link.start()

    def close(self) -> None:
        """Closes its connections."""
        self._publisher.link.stop()
        self._client.stop()

    def poison(self, listener: str, event: type[Event]) -> None:
        """Puts a message that is no event into the queue of one listener."""
        self._put(str(uuid.uuid4()), BACK_EXCHANGE, queue_of(listener, event), b"\xff not an event")

    def tell_one(self, listener: str, event: type[Event], data: dict[str, Any]) -> str:
        """Tells one listener of a fact; gives the event's id."""
        envelope = envelope_of(event, data)
        self._put(envelope["id"], BACK_EXCHANGE, queue_of(listener, event), orjson.dumps(envelope))
        return envelope["id"]

    def announce(self, event: type[Event], data: dict[str, Any], **more: Any) -> str:
        """Announces a fact to all who listen, its data and its envelope unchecked; gives the event's id."""
        envelope = envelope_of(event, data) | more
        self._put(envelope["id"], exchange_of(event), event.type, orjson.dumps(envelope))
        return envelope["id"]

    def ask(self, method: str, **payload: Any) -> Any:
        """Asks, with whatever fields are given; raises ServiceError."""
        return self._client.ask(method, payload, {}, WAIT_S)

    def _put(self, identity: str, exchange: str, key: str, body: bytes) -> None:
        message = amqp.Message(body, delivery_mode=2, message_id=identity, content_type="application/json")
        self._publisher.publish([Outgoing(message, exchange, key)], WAIT_S)


def envelope_of(event: type[Event], data: dict[str, Any]) -> dict[str, Any]:
    """An event as it travels."""
    return {
        "id": str(new_id()),
        "type": event.type,
        "owner": event.owner,
        "occurred_at": clock.now().isoformat(),
        "actor": "test",
        "correlation_id": str(new_id()),
        "language": "en",
        "data": data,
    }
