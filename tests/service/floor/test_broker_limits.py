"""The broker refuses too much of anything, and a service outlives having been refused."""

from contextlib import ExitStack

import amqp
import eventlet
import pytest
from kombu import Connection

from deploy.local.engines.broker import LIMITS
from services.common.bus.connection import LARGEST_MESSAGE
from services.common.bus.topology import RPC_EXCHANGE
from services.common.kernel.errors import RemoteError
from services.contracts.topology import QUEUE_BYTES, USER_LIMITS
from tests.support.contracts import tiny
from tests.support.tiny import TinyService


def asked(live, path):
    return live.engines.management._call("GET", path)


def still_works(live, system):
    assert live.caller("gateway").call(tiny.Echo, system.anonymous, text="a").text == "a"


def test_each_user_has_limits_and_each_queue_a_policy_that_drops_nothing(live):
    for user in live.users.values():
        (limits,) = asked(live, f"user-limits/{user}")
        assert limits["value"] == USER_LIMITS
    policies = {one["name"]: one for one in asked(live, f"policies/{live.vhost}")}
    assert {name: one["definition"]["max-length-bytes"] for name, one in policies.items()} == {
        name: most for name, (_, most) in QUEUE_BYTES.items()
    }
    assert {one["definition"]["overflow"] for one in policies.values()} == {"reject-publish"}
    kinds = {"rpc-": "calls", "events.": "facts", "retries.": "facts", "dead.": "dead"}
    used: dict[str, str | None] = {}
    with eventlet.Timeout(20):  # the broker's figures of a queue are some seconds old
        while not used or None in used.values():
            used = {queue["name"]: queue.get("policy") for queue in live.engines.queues(live.vhost) if queue["durable"]}
            eventlet.sleep(0.1)
    assert used == {name: next(kind for start, kind in kinds.items() if name.startswith(start)) for name in used}


def test_a_message_that_is_too_large_is_refused_and_nobody_else_notices(live, system):
    live.start(TinyService, "tiny")
    for component, exchange, key in (("gateway", RPC_EXCHANGE, "tiny.echo"), ("tiny", "tiny.events", "ThingPut")):
        with pytest.raises(amqp.exceptions.PreconditionFailed, match="max size"):
            live.write(component, exchange, key, b"x" * (LARGEST_MESSAGE + 1))
    still_works(live, system)


def test_an_answer_that_is_too_large_is_an_error_of_that_call_only(live, system, monkeypatch):
    monkeypatch.setattr("services.common.bus.rpc_server.LARGEST_MESSAGE", 100)
    live.start(TinyService, "tiny")
    with pytest.raises(RemoteError):
        live.caller("gateway").call(tiny.Echo, system.anonymous, text="a" * 100)
    still_works(live, system)


def test_more_channels_than_a_component_needs_are_refused(live, system):
    live.start(TinyService, "tiny")
    with Connection(live.uri("tiny")) as connection:
        line = connection.connection
        assert (line.channel_max, line.frame_max) == (int(LIMITS["channel_max"]), int(LIMITS["frame_max"]))
        line.channel_max = 65_535  # of a client that does not keep to what it was told
        for _ in range(int(LIMITS["channel_max"])):
            line.channel()
        with pytest.raises((amqp.exceptions.NotAllowed, amqp.exceptions.ChannelError, OSError)):
            line.channel()
        line.collect()
    still_works(live, system)


def test_more_connections_than_its_user_may_have_are_refused(live, system):
    live.start(TinyService, "tiny")
    user = live.users["gateway"]
    live.engines.management._call("PUT", f"user-limits/{user}/max-connections", json={"value": 3})
    with ExitStack() as open_ones, pytest.raises(amqp.exceptions.NotAllowed, match="limit"):
        for _ in range(4):
            open_ones.enter_context(Connection(live.uri("gateway"))).connect()
    still_works(live, system)
