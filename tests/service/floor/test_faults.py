"""The floor under faults: lost links, refused and returned messages, workers that end oddly. Nothing lost, nothing stuck."""

import struct

import amqp
import eventlet
import orjson
import pytest
from kombu import Connection
from sqlalchemy import create_engine, select, text

from services.common.bus.connection import BrokerConnection, publish
from services.common.bus.dead_letter_queue import LONGEST_ERROR
from services.common.bus.publisher import NotPublished, Outgoing, Publisher, Unroutable
from services.common.bus.rpc_client import RPC_EXCHANGE, RpcClient
from services.common.bus.topology import BACK_EXCHANGE, HISTORY_HEADER, queue_of, retry_exchange
from services.common.kernel.errors import RemoteError, Unavailable
from services.common.kernel.ids import new_id
from services.common.persistence.tables import outbox
from tests.support.contracts import tiny
from tests.support.system import System
from tests.support.tiny import TinyService
from tests.support.waiting import NEVER_S, PATIENCE_S, in_patience, until


@pytest.fixture
def tiny_house(system: System) -> System:
    system.start_class(TinyService, "tiny")
    return system


@pytest.fixture
def publisher(system: System):
    """A publisher whose queue is declared whenever its link opens."""
    publisher = Publisher(system.amqp_uri, "test", on_open=lambda channel: channel.queue_declare("here", auto_delete=False))
    publisher.link.start()
    assert publisher.link.wait_open(PATIENCE_S)
    yield publisher
    publisher.link.stop()


def message(identity: str = "m", body: bytes = b"{}") -> amqp.Message:
    return amqp.Message(body, message_id=identity, delivery_mode=1)


# ---- links -----------------------------------------------------------------------------------------------------------


def test_a_link_comes_back_after_a_message_that_breaks_its_consumer(system):
    heard = []

    def hear(each: amqp.Message) -> None:
        heard.append(each.body)
        if len(heard) == 1:
            raise ZeroDivisionError

    def opened(connection: amqp.Connection) -> None:
        channel = connection.channel()
        channel.queue_declare("breaks", auto_delete=False)
        channel.basic_consume("breaks", no_ack=True, callback=hear)

    link = BrokerConnection(system.amqp_uri, "test", opened)
    link.start()
    assert link.wait_open(PATIENCE_S)
    system._publisher.publish([Outgoing(message(), "", "breaks")], PATIENCE_S)
    until(lambda: heard and not link.up)
    assert link.wait_open(PATIENCE_S)
    system._publisher.publish([Outgoing(message(), "", "breaks")], PATIENCE_S)
    until(lambda: len(heard) == 2)
    link.stop()


def test_a_link_comes_back_after_its_socket_was_closed_under_it(tiny_house):
    client = tiny_house._client
    for _ in range(3):
        client.link.renew()
        eventlet.sleep(0)
        assert tiny_house.call(tiny.Echo, tiny_house.anonymous, text="a")["text"] == "a"


def test_a_write_that_fails_after_the_connection_was_closed_opens_no_other_connection(publisher):
    connection = publisher.link.connection
    publisher.link.stop()
    assert connection._transport is None
    publisher.link._cut(connection)
    assert connection._transport is None


def test_no_call_hangs_when_the_link_is_lost_and_none_is_answered_with_anothers_answer(tiny_house):
    def ask(number: int) -> str:
        try:
            return tiny_house.call(tiny.Echo, tiny_house.anonymous, text=str(number))["text"]
        except Unavailable:
            return "lost"

    calls = [eventlet.spawn(ask, number) for number in range(200)]
    eventlet.sleep(0.05)
    tiny_house._client.link.renew()
    with in_patience():
        answers = [call.wait() for call in calls]
    assert all(answer in (str(number), "lost") for number, answer in enumerate(answers))
    assert not tiny_house._client._pending
    assert ask(7) == "7"


def test_a_broker_that_takes_no_messages_is_an_error_at_once_and_nothing_piles_up(tiny_house):
    link = tiny_house._client.link
    link.connection._on_blocked()  # what the broker's notice of its memory alarm comes to
    with in_patience(), pytest.raises(Unavailable):
        tiny_house.call(tiny.Echo, tiny_house.anonymous, text="a", _deadline_s=NEVER_S)
    link.connection._on_unblocked()
    assert tiny_house.call(tiny.Echo, tiny_house.anonymous, text="a")["text"] == "a"


def test_a_publisher_publishes_nothing_to_a_broker_that_takes_none(system, publisher):
    publisher.link.connection._on_blocked()
    with pytest.raises(NotPublished, match="takes no messages"):
        publisher.publish([Outgoing(message(), "", "here")], PATIENCE_S)
    publisher.link.connection._on_unblocked()
    publisher.publish([Outgoing(message(), "", "here")], PATIENCE_S)
    with Connection(system.amqp_uri) as connection:
        assert connection.channel().queue_declare("here", passive=True).message_count == 1


# ---- publishing ------------------------------------------------------------------------------------------------------


def test_of_two_messages_with_one_id_each_is_told_that_it_came_back(publisher):
    def publish() -> str:
        try:
            publisher.publish([Outgoing(message("same"), "", "nowhere")], PATIENCE_S)
        except NotPublished as error:
            return type(error).__name__
        return "published"

    both = [eventlet.spawn(publish) for _ in range(2)]
    assert "published" not in [each.wait() for each in both]


def test_a_message_that_cannot_be_written_does_not_shift_the_confirms_of_those_after_it(publisher):
    with pytest.raises(struct.error):
        publisher.publish([Outgoing(message("x" * 300), "", "here")], PATIENCE_S)
    for _ in range(3):
        publisher.publish([Outgoing(message(), "", "here")], PATIENCE_S)


def test_a_queue_that_was_deleted_is_declared_again(system, publisher):
    with Connected(system) as channel:
        channel.queue_delete("here")
    with pytest.raises(Unroutable):
        publisher.publish([Outgoing(message(), "", "here")], PATIENCE_S)
    eventlet.sleep(0)
    publisher.publish([Outgoing(message(), "", "here")], PATIENCE_S)


# ---- calls -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["time-limit", "exit"])
def test_a_worker_that_ends_with_no_exception_is_answered_all_the_same(tiny_house, how):
    for _ in range(20):  # more than the service takes at once: no place is lost either
        with pytest.raises(RemoteError):
            tiny_house._client.call(tiny.Fail, tiny_house.caller("tester"), how=how, _deadline_s=2)
    assert tiny_house.call(tiny.Echo, tiny_house.anonymous, text="a")["text"] == "a"


def test_an_answer_that_is_no_json_is_an_error_and_not_the_end_of_the_service(tiny_house):
    assert tiny_house.call(tiny.Count, tiny_house.anonymous, bits=10) == {"number": 1024}
    with pytest.raises(RemoteError):
        tiny_house.call(tiny.Count, tiny_house.anonymous, bits=70)
    assert tiny_house.call(tiny.Count, tiny_house.anonymous, bits=10) == {"number": 1024}


def test_calls_with_odd_headers_do_not_end_the_answering(tiny_house):
    for headers in ({"x-deadline": "soon"}, {"x-token": 3}, {"call_id_stack": 3}, {"x-correlation-id": ["a"]}):
        assert tiny_house._client.ask("tiny.echo", {"text": "a"}, headers, 3)["text"] == "a"
    with Connected(tiny_house) as channel:
        odd = amqp.Message(b'{"args": [], "kwargs": {"text": "a"}}', application_headers={"x-deadline": "soon"})
        channel.basic_publish(odd, RPC_EXCHANGE, "tiny.echo")
    assert tiny_house.call(tiny.Echo, tiny_house.anonymous, text="a")["text"] == "a"


def test_an_unreadable_answer_fails_its_own_call_only(system):
    client = RpcClient(system.amqp_uri, "test").start()
    assert client.link.wait_open(PATIENCE_S)

    def answer(question: amqp.Message) -> None:
        body = b"not json" if '"bad"' in str(question.body) else b'{"result": "good", "error": null}'
        reply = amqp.Message(body, correlation_id=question.properties["correlation_id"])
        publish(question.channel, reply, "", question.properties["reply_to"])

    def opened(connection: amqp.Connection) -> None:
        channel = connection.channel()
        channel.queue_declare("odd", exclusive=True)
        channel.queue_bind("odd", RPC_EXCHANGE, "odd.*")
        channel.basic_consume("odd", no_ack=True, callback=answer)

    odd = BrokerConnection(system.amqp_uri, "odd", opened)
    odd.start()
    assert odd.wait_open(PATIENCE_S)
    good = eventlet.spawn(client.ask, "odd.ask", {"how": "good"}, {}, 3)
    with pytest.raises(RemoteError):
        client.ask("odd.ask", {"how": "bad"}, {}, PATIENCE_S)
    assert good.wait() == "good"
    client.stop()
    odd.stop()


def test_five_hundred_calls_at_once_are_all_answered(tiny_house):
    calls = [eventlet.spawn(tiny_house.call, tiny.Echo, tiny_house.anonymous, text=str(number)) for number in range(500)]
    assert [call.wait()["text"] for call in calls] == [str(number) for number in range(500)]


# ---- events ----------------------------------------------------------------------------------------------------------


def test_a_handler_that_ends_with_no_exception_is_retried_and_parked(tiny_house):
    for _ in range(9):  # more than the service takes at once
        tiny_house.publish(tiny.ThingPut, thing="endless-cup")
    tiny_house.publish(tiny.ThingPut, thing="cup")
    assert tiny_house.announced(tiny.ThingSeen)[0].data["thing"] == "cup"
    parked = []
    until(lambda: parked.extend(tiny_house.dead_letters("tiny")) or len(parked) == 9)
    assert "Timeout" in parked[0].headers[HISTORY_HEADER][-1]["error"]


def test_an_event_that_no_version_here_knows_does_not_hold_up_the_others(tiny_house):
    with tiny_house.session("tiny") as session:
        session.execute(
            text(
                "INSERT INTO outbox (event_id, type, envelope) "
                "SELECT gen_random_uuid(), 'ThingDreamt', jsonb_build_object('type', 'ThingDreamt') FROM generate_series(1, 300)"
            )
        )
    tiny_house.call(tiny.Put, tiny_house.caller("tester"), thing="cup")
    assert tiny_house.announced(tiny.ThingSeen)[0].data["thing"] == "cup"
    with tiny_house.session("tiny") as session:
        unsent = session.execute(select(outbox.c.type).where(outbox.c.sent_at.is_(None))).scalars().all()
    assert unsent == ["ThingDreamt"] * 300


def test_a_correlation_id_that_is_too_long_does_not_hold_up_the_announcements(tiny_house):
    headers = {**tiny_house.caller("tester").headers(), "x-correlation-id": "c" * 300}
    tiny_house._client.ask("tiny.put", {"thing": "cup"}, headers, PATIENCE_S)
    assert tiny_house.announced(tiny.ThingSeen)[0].data["thing"] == "cup"


def test_an_event_of_a_megabyte_passes(tiny_house):
    thing = "é" * 500_000
    tiny_house.publish(tiny.ThingPut, thing=thing)
    assert tiny_house.announced(tiny.ThingSeen)[0].data["thing"] == thing


def test_a_rung_of_the_ladder_that_was_deleted_is_made_again(tiny_house):
    with Connected(tiny_house) as channel:
        channel.queue_delete(retry_exchange(50))
    tiny_house.publish(tiny.ThingPut, thing="poison-cup")
    parked = []
    until(lambda: parked.extend(tiny_house.dead_letters("tiny")) or parked)
    assert len(parked[0].headers[HISTORY_HEADER]) == 6


def test_a_long_history_of_long_errors_does_not_keep_an_event_from_being_parked(tiny_house):
    envelope = tiny_house.publish(tiny.ThingPut, thing="wordy-cup")
    tiny_house.announced(tiny.ThingSeen)
    history = ["odd", *({"at": "2026-11-23T07:00:00+00:00", "error": "é" * LONGEST_ERROR} for _ in range(50))]
    body = orjson.dumps({**envelope, "id": str(new_id()), "data": {"thing": "poison-cup"}})
    again = amqp.Message(body, message_id="wordy", delivery_mode=2, application_headers={HISTORY_HEADER: history})
    tiny_house._publisher.publish([Outgoing(again, BACK_EXCHANGE, queue_of("tiny", tiny.ThingPut))], PATIENCE_S)
    parked = []
    until(lambda: parked.extend(tiny_house.dead_letters("tiny")) or parked)
    assert len(parked[0].headers[HISTORY_HEADER]) == 50


def test_an_outage_of_the_database_parks_nothing(tiny_house):
    name = tiny_house.database("tiny")
    admin = tiny_house.engines.admin_database_url()
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'))
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"), {"name": name})
        tiny_house.publish(tiny.ThingPut, thing="cup")
        tiny_house.tried_in_vain(tiny.ThingPut, times=8)  # the ladder has six rungs
        assert tiny_house.dead_letters("tiny") == []
        connection.execute(text(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'))
    engine.dispose()
    assert tiny_house.announced(tiny.ThingSeen)[0].data["thing"] == "cup"


def test_what_is_announced_while_links_are_cut_arrives_once(tiny_house):
    container = tiny_house.containers["tiny"]
    links = [
        each._publisher.link if hasattr(each, "_publisher") else each.link
        for each in container.subextensions
        if hasattr(each, "_publisher") or hasattr(each, "link")
    ]
    caller = tiny_house.caller("tester")

    def put(number: int) -> None:
        while True:
            try:
                tiny_house.call(tiny.Put, caller, _key=f"k{number}", thing=str(number))
                return
            except Unavailable:
                eventlet.sleep(0.05)

    puts = [eventlet.spawn(put, number) for number in range(60)]
    for link in links * 2:
        eventlet.sleep(0.05)
        link.renew()
    for each in puts:
        each.wait()
    seen = tiny_house.announced(tiny.ThingSeen, count=60)
    tiny_house.settle()
    seen = {
        fact.id: fact.data["thing"] for fact in tiny_house.announced(tiny.ThingSeen)
    }  # by id: what is relayed twice is one event
    assert sorted(seen.values(), key=int) == [str(number) for number in range(60)]


class Connected:
    """A channel of its own, for what a test does to the broker behind the services' backs."""

    def __init__(self, system: System) -> None:
        self._connection = Connection(system.amqp_uri)

    def __enter__(self):
        return self._connection.channel()

    def __exit__(self, *_error):
        self._connection.release()
