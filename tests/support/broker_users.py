"""A virtual host with a user for each component, as a college's broker has it, and what tests of it need."""

from contextlib import contextmanager
from dataclasses import replace

import amqp
from kombu import Connection

from deploy.local.urls import with_credentials
from services.common.bus.rpc_client import RpcClient
from services.common.kernel.ids import new_id
from services.common.runtime.launch import make_container
from services.common.settings import GIVEN
from services.contracts.topology import SERVICES, Plan
from tests.support.contracts import tiny
from tests.support.waiting import until

PASSWORD = "only-for-tests"
DELAYS_MS = (50, 100, 200)
THING_QUEUE = "events.tiny.tiny.ThingPut"
ACCOUNT_QUEUE = "events.applications.identity.AccountOpened"


class Bus:
    """A virtual host as a college's is made: all given, nothing declared, a user for each component."""

    def __init__(self, engines, vhost):
        self.engines, self.vhost, self._clients = engines, vhost, []
        plan = Plan((*SERVICES, "tiny"), DELAYS_MS)
        self.users = {component: f"{vhost}-{component}" for component in plan.components}
        engines.management.load(plan.definitions(vhost, self.users, dict.fromkeys(self.users, PASSWORD)))

    def uri(self, component):
        return with_credentials(self.engines.amqp_uri(self.vhost), self.users[component], PASSWORD)

    def caller(self, component):
        self._clients.append(RpcClient(self.uri(component), component, deadline_s=3).start())
        return self._clients[-1]

    @contextmanager
    def channel(self, component):
        with Connection(self.uri(component), connect_timeout=5) as connection:
            channel = connection.connection.channel()
            yield channel
            connection.collect()  # a channel that the broker closed cannot be closed again

    def write(self, component, exchange, key, body=b"{}", **properties):
        """Publishes with a component's own password, in its own name unless `properties` say another."""
        properties.setdefault("user_id", self.users[component])
        with self.channel(component) as channel:
            channel.basic_publish_confirm(amqp.Message(body, **properties), exchange, key, confirm_timeout=5)

    def close(self):
        for client in self._clients:
            client.stop()
        for user in self.users.values():
            self.engines.management.delete_user(user)


class LiveBus(Bus):
    """The same, with real services on it."""

    def __init__(self, system):
        self.system = system
        super().__init__(system.engines, system.vhost)

    def start(self, cls, name):
        settings = replace(
            self.system.settings(name, name),
            amqp_uri=self.uri(name),
            topology=GIVEN,
            retry_delays_ms=DELAYS_MS,
            event_concurrency=2,
        )
        container = make_container(cls, settings)
        container.start()
        self.system.containers[name] = container
        self.system._until_ready(container)

    def close(self):
        for container in self.system.containers.values():
            container.kill()
        super().close()


def envelope(event, **data):
    return {
        "id": str(new_id()),
        "type": event.type,
        "owner": event.owner,
        "occurred_at": "2026-11-23T12:00:00+00:00",
        "actor": "test",
        "correlation_id": "forged",
        "language": "en",
        "data": data,
    }


def until_parked(client, person):
    return until(lambda: client.call(tiny.dead_letters.ListDeadLetters, person).letters, "a parked event")


def parked(system, service, count=1):
    found = []

    def look():
        found.extend(system.dead_letters(service))
        return len(found) >= count

    until(look, f"{count} parked messages")
    return found
