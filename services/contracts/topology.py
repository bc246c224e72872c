"""The broker's definitions, generated from the contracts: what exists on the bus, and what each component may do there.

`python -m services.contracts.topology > deploy/rabbitmq/definitions.json` writes them without passwords. No component may declare
anything, a caller may only publish the calls that are its own to make, a service only announce the events that it owns and only read
its own queues. What each component needs follows from the contracts; nothing else is granted.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.common.bus.topology import (
    BACK_EXCHANGE,
    DEAD_EXCHANGE,
    RPC_EXCHANGE,
    Parts,
    call_parts,
    call_queue,
    dead_letter_parts,
    dead_letter_queue,
    event_parts,
    exchange_of,
    queue_of,
    retry_exchange,
    retry_parts,
    together,
)
from services.common.kernel.contract import Call, Event
from services.common.settings import Settings
from services.contracts import applications, billing, correspondence, identity, qa, registry
from services.contracts.callers import CALLERS, callers_of

SERVICES = tuple(module.__name__.rpartition(".")[2] for module in (identity, applications, registry, billing, qa, correspondence))
COMPONENTS = (*SERVICES, *CALLERS)
VHOST = "college"
NOTHING = "^$"
# Where answers go (direct reply-to). The broker's right to it is all or nothing: a service could also write into a queue by its name,
# which is why each consumer refuses what did not come through the exchange that the broker checks.
_ANSWERS = "amq.default"
_NO_PASSWORD = ""
# What one password may use of the broker: forty replicas (the most that an overlay allows) with ten connections each.
USER_LIMITS = {"max-connections": 400, "max-channels": 1_200}
# What may pile up in one queue before the broker takes no more for it and says so to whoever publishes with confirms: nothing is dropped
# that was taken. Facts wait in the outboxes then, failed ones in their queues; a call that is not taken is not answered, like one too many.
_MEGABYTE = 1024 * 1024
QUEUE_BYTES = {
    "calls": ("^rpc-", 64 * _MEGABYTE),
    "facts": (r"^(events|retries)\.", 1024 * _MEGABYTE),
    "dead": (r"^dead\.", 256 * _MEGABYTE),
}


@dataclass(frozen=True)
class Grant:
    """What one component may do: patterns of names to write to and read from, and per exchange a pattern of routing keys."""

    write: str = NOTHING
    read: str = NOTHING
    keys: Mapping[str, str] = field(default_factory=dict)
    configure: str = NOTHING


class Plan:
    """The bus of some services, and of those who call them."""

    def __init__(self, services: Iterable[str] = SERVICES, delays_ms: Iterable[int] = Settings.retry_delays_ms) -> None:
        self.services = tuple(services)
        self.delays_ms = tuple(delays_ms)
        self.calls = [call for (owner, _), call in sorted(Call.all.items()) if owner in self.services]
        events = sorted(Event.all.values(), key=lambda event: (event.owner, event.type))
        self.events = [event for event in events if event.owner in self.services]

    @property
    def components(self) -> tuple[str, ...]:
        """Who has a user of their own."""
        return (*self.services, *CALLERS)

    def parts(self) -> Parts:
        """Gives all that exists on the bus."""
        calls = [call_parts(service) for service in self.services]
        events = [event_parts(event) for event in self.events]
        dead = [dead_letter_parts(service) for service in self._listeners()]
        return together([*calls, *events, retry_parts(self.delays_ms), *dead])

    def grant(self, component: str) -> Grant:
        """Gives what a component may do; raises KeyError for one that is not of this bus."""
        if component in CALLERS:
            methods = [(call.owner, call.method) for call in self.calls if component in callers_of(call)]
            return Grant(write=_one_of([RPC_EXCHANGE]), keys={RPC_EXCHANGE: _methods(methods)})
        if component not in self.services:
            raise KeyError(component)
        read, keys = [re.escape(call_queue(component))], {}
        if owned := [event for event in self.events if event.owner == component]:
            keys[exchange_of(owned[0])] = _one_of(event.type for event in owned)
        if component in self._listeners():
            own_queues = [queue_of(component, event) for event in self.events if component in event.listeners]
            read += [re.escape(name) for name in (dead_letter_queue(component), *own_queues)]
            keys |= {DEAD_EXCHANGE: _one_of([component]), BACK_EXCHANGE: _one_of(own_queues)}
            keys |= {retry_exchange(delay): _one_of(own_queues) for delay in self.delays_ms}
        return Grant(write=_one_of([_ANSWERS, *keys]), read=f"^({'|'.join(read)})$", keys=keys)

    def definitions(
        self, vhost: str = VHOST, users: Mapping[str, str] | None = None, passwords: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Gives RabbitMQ's definitions for a virtual host.

        `users` names the user of each component (the component's own name by default), `passwords` their passwords by component; a user
        without one cannot sign in.
        """
        names, secrets = users or {name: name for name in self.components}, passwords or {}
        parts, grants = self.parts(), {name: self.grant(name) for name in names}
        return {
            "users": [_user(names[name], secrets.get(name)) for name in names],
            "vhosts": [{"name": vhost}],
            "policies": [_policy(vhost, name, pattern, most) for name, (pattern, most) in QUEUE_BYTES.items()],
            "permissions": [
                {"user": names[name], "vhost": vhost, "configure": grant.configure, "write": grant.write, "read": grant.read}
                for name, grant in grants.items()
            ],
            "topic_permissions": [
                {"user": names[name], "vhost": vhost, "exchange": exchange, "write": keys, "read": NOTHING}
                for name, grant in grants.items()
                for exchange, keys in grant.keys.items()
            ],
            "exchanges": [_thing(name, vhost, type="topic", internal=False) for name in parts.exchanges],
            "queues": [_thing(name, vhost, dict(arguments)) for name, arguments in parts.queues.items()],
            "bindings": [
                {"source": source, "vhost": vhost, "destination": queue, "destination_type": "queue", "routing_key": key}
                | {"arguments": {}}
                for source, queue, key in parts.bindings
            ],
        }

    def _listeners(self) -> tuple[str, ...]:
        return tuple(name for name in self.services if any(name in event.listeners for event in self.events))


def _thing(name: str, vhost: str, arguments: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"name": name, "vhost": vhost, "durable": True, "auto_delete": False, "arguments": arguments or {}, **more}


def _policy(vhost: str, name: str, pattern: str, most: int) -> dict[str, Any]:
    full = {"max-length-bytes": most, "overflow": "reject-publish"}
    return {"vhost": vhost, "name": name, "pattern": pattern, "apply-to": "queues", "priority": 0, "definition": full}


def _user(name: str, password: str | None) -> dict[str, Any]:
    secret = {"password": password} if password else {"password_hash": _NO_PASSWORD}
    return {"name": name, "tags": "", **secret, "limits": USER_LIMITS}


def _one_of(names: Iterable[str]) -> str:
    return f"^({'|'.join(re.escape(name) for name in names)})$"


def _methods(methods: Iterable[tuple[str, str]]) -> str:
    by_owner: dict[str, list[str]] = {}
    for owner, method in methods:
        by_owner.setdefault(owner, []).append(method)
    groups = [re.escape(owner + ".") + f"({'|'.join(found)})" for owner, found in by_owner.items()]
    return f"^({'|'.join(groups)})$"


def text() -> str:
    """Gives the definitions as the committed file holds them."""
    return json.dumps(Plan().definitions(), indent=1) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
