"""Quorum queues, as a broker of several nodes has them: calls, events, the ladder of delays and the dead letters work on them too."""

import struct
from dataclasses import replace

import amqp
import orjson
import pytest
from kombu import Connection
from sqlalchemy import func, select

from deploy.kubernetes.definitions import clustered
from services.common.bus.publisher import NotPublished, Outgoing, Publisher
from services.common.bus.rpc_client import RpcClient
from services.common.bus.topology import HISTORY_HEADER, RPC_EXCHANGE
from services.common.kernel.errors import Unavailable
from services.common.persistence.tables import inbox
from services.common.runtime.launch import make_container
from services.common.settings import DECLARE, GIVEN, QUORUM
from services.contracts.topology import Plan
from tests.support.contracts import tiny
from tests.support.tiny import TinyService
from tests.support.waiting import NEVER_S, PATIENCE_S, in_patience, until

DELAYS_MS = (50, 100, 200)


class Bus:
    """A virtual host with quorum queues, which the broker was given or which the tiny service declares itself."""

    def __init__(self, system, topology):
        self.system, self.vhost = system, f"{system.name}-quorum"
        self.engines, self.uri = system.engines, system.engines.amqp_uri(self.vhost)
        self.engines.create_vhost(self.vhost)
        if topology == GIVEN:
            definitions = Plan(("tiny",), DELAYS_MS).definitions(self.vhost)
            parts = {kind: definitions[kind] for kind in ("exchanges", "queues", "bindings")}
            self.engines.management.load(clustered(parts))
        settings = replace(
            system.settings("tiny", "tiny"), amqp_uri=self.uri, topology=topology, queues=QUORUM, retry_delays_ms=DELAYS_MS
        )
        system.containers["tiny"] = make_container(TinyService, settings)
        system.containers["tiny"].start()
        system._until_ready(system.containers["tiny"])
        self.client = RpcClient(self.uri, "test").start()

    def kinds(self):
        return {queue["name"]: queue["type"] for queue in self.engines.management._call("GET", f"queues/{self.vhost}")}

    def handled(self):
        with self.system.session("tiny") as session:
            return session.execute(select(func.count()).select_from(inbox)).scalar()

    def parked(self):
        with Connection(self.uri) as connection:
            return connection.channel().basic_get("dead.tiny", no_ack=True)

    def close(self):
        self.client.stop()
        self.system.containers.pop("tiny").kill()
        self.engines.delete_vhost(self.vhost)


@pytest.fixture(params=[GIVEN, DECLARE])
def bus(system, request):
    bus = Bus(system, request.param)
    yield bus
    bus.close()


def test_calls_and_events_are_carried_by_queues_that_outlive_a_node(bus):
    kinds = until(bus.kinds)
    assert {kind for name, kind in kinds.items() if not name.startswith("dead.")} == {"quorum"}
    assert kinds["dead.tiny"] == "classic"
    assert bus.client.call(tiny.Echo, bus.system.anonymous, text="a").text == "a"
    bus.client.call(tiny.Put, bus.system.caller(), thing="a")
    assert until(bus.handled) == 1


def test_an_event_that_fails_climbs_the_ladder_and_is_parked_with_its_history(bus):
    bus.client.call(tiny.Put, bus.system.caller(), thing="poison")
    letter = until(bus.parked)
    assert len(letter.headers[HISTORY_HEADER]) == len(DELAYS_MS) + 1
    assert orjson.loads(letter.body)["data"] == {"thing": "poison"}


@pytest.fixture
def closed(system):
    """A queue that refuses what is published to it, as one of several nodes does while it knows no leader; `open` makes one that takes it."""
    with Connection(system.amqp_uri) as connection:
        channel = connection.channel()
        channel.exchange_declare(RPC_EXCHANGE, "topic", durable=True, auto_delete=False)
        channel.queue_declare("closed", arguments={"x-max-length": 0, "x-overflow": "reject-publish"}, auto_delete=False)
        channel.queue_bind("closed", RPC_EXCHANGE, "closed.*")
        yield channel
        channel.queue_delete("closed")


def test_a_question_that_the_broker_does_not_take_is_refused_at_once_and_the_next_goes_on_a_new_channel(system, closed):
    client = RpcClient(system.amqp_uri, "test", deadline_s=30, confirmed=True).start()
    assert client.link.wait_open(PATIENCE_S)
    first = client._channel
    with in_patience(), pytest.raises(Unavailable):
        client.ask("closed.ask", {}, {}, NEVER_S)
    assert until(lambda: client.link.up and client._channel is not first)
    client.stop()


def test_a_question_that_cannot_be_written_does_not_shift_the_confirms_of_those_after_it(bus):
    client = RpcClient(bus.uri, "test", confirmed=True).start()
    with pytest.raises(struct.error):
        client.ask("x" * 300, {}, {}, 5)
    assert client.call(tiny.Echo, bus.system.anonymous, text="a").text == "a"
    assert until(lambda: not client._asked)
    client.stop()


def test_what_the_broker_refuses_is_published_on_a_new_channel(system, closed):
    publisher = Publisher(system.amqp_uri, "refused")
    publisher.link.start()
    assert publisher.link.wait_open(PATIENCE_S)
    first = publisher._channel
    with pytest.raises(NotPublished):
        publisher.publish([Outgoing(amqp.Message(b"{}"), RPC_EXCHANGE, "closed.tell")], PATIENCE_S)
    assert until(lambda: publisher.link.up and publisher._channel is not first)
    publisher.link.stop()
