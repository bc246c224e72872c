"""Writes to the bus, with the components' own users, what none of ours would: garbage, events that cannot be handled, another version's."""

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import amqp
import orjson

from services.common.bus.publisher import Outgoing, Publisher
from services.common.bus.rpc_client import RpcClient
from services.common.bus.senders import GATEWAY
from services.common.bus.topology import BACK_EXCHANGE, RPC_EXCHANGE, exchange_of, queue_of
from services.common.kernel import clock
from services.common.kernel.contract import Event
from services.common.kernel.ids import new_id
from services.contracts.topology import NOTHING, Plan
from tests.resilience.apart import SiteApart

WAIT_S = 10.0


@contextmanager
def writing(site: SiteApart) -> Iterator["BusWriter"]:
    """Opens a writer."""
    writer = BusWriter(site)
    try:
        yield writer
    finally:
        writer.close()


class BusWriter:
    """A publisher for each component in whose name something is written, and the gateway's client."""

    def __init__(self, site: SiteApart) -> None:
        self._site, self._publishers = site, dict[str, Publisher]()
        self._client = RpcClient(site.settings.amqp_uri(GATEWAY), GATEWAY).start()

    def close(self) -> None:
        """Closes its connections."""
        for publisher in self._publishers.values():
            publisher.link.stop()
        self._client.stop()

    def poison(self, listener: str, event: type[Event]) -> None:
        """Puts a message that is no event into the queue of one listener."""
        self._put(listener, str(uuid.uuid4()), BACK_EXCHANGE, queue_of(listener, event), b"\xff not an event")

    def tell_one(self, listener: str, event: type[Event], data: dict[str, Any]) -> str:
        """Tells one listener of a fact; gives the event's id."""
        envelope = envelope_of(event, data)
        self._put(listener, envelope["id"], BACK_EXCHANGE, queue_of(listener, event), orjson.dumps(envelope))
        return envelope["id"]

    def announce(self, event: type[Event], data: dict[str, Any], **more: Any) -> str:
        """Announces a fact to all who listen, its data and its envelope unchecked; gives the event's id."""
        envelope = envelope_of(event, data) | more
        self._put(event.owner, envelope["id"], exchange_of(event), event.type, orjson.dumps(envelope))
        return envelope["id"]

    def ask(self, method: str, **payload: Any) -> Any:
        """Asks, with whatever fields are given; raises ServiceError."""
        return self._client.ask(method, payload, {}, WAIT_S)

    def admit(self, method: str) -> None:
        """Lets the gateway make a call that no version here knows, as the next release's definitions would."""
        user, known = self._site.settings.broker_user(GATEWAY), Plan().grant(GATEWAY).keys[RPC_EXCHANGE]
        keys = f"{known}|^{re.escape(method)}$"
        right = {"user": user, "vhost": self._site.vhost, "exchange": RPC_EXCHANGE, "write": keys, "read": NOTHING}
        self._site.engines.management.load({"topic_permissions": [right]})

    def _put(self, component: str, identity: str, exchange: str, key: str, body: bytes) -> None:
        if component not in self._publishers:
            self._publishers[component] = Publisher(self._site.settings.amqp_uri(component), f"resilience-{component}")
            self._publishers[component].link.start()
        message = amqp.Message(body, delivery_mode=2, message_id=identity, content_type="application/json")
        self._publishers[component].publish([Outgoing(message, exchange, key)], WAIT_S)


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
