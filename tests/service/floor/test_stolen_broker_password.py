"""Whoever has the broker password of one component can speak as that component only: what they write elsewhere is not believed."""

import struct

import amqp
import eventlet
import orjson
import pytest
import structlog
from kombu import Connection
from prometheus_client import REGISTRY
from sqlalchemy import func, select

from services.common.bus.topology import BACK_EXCHANGE, DEAD_EXCHANGE, HANDLER_HEADER, HISTORY_HEADER, RPC_EXCHANGE, exchange_of
from services.common.kernel.caller import Caller
from services.common.kernel.errors import NotReplayable
from services.common.observability.metrics import LINK_OPENED
from services.common.persistence.tables import audit, outbox
from services.common.runtime.launch import service_class
from services.contracts.identity.errors import SignInRefused, TooManyTries
from services.contracts.identity.sessions import SignIn
from tests.support.broker_users import ACCOUNT_QUEUE, THING_QUEUE, envelope, until_parked
from tests.support.contracts import tiny
from tests.support.tiny import TinyService

OWN_QUEUE = "events.correspondence.identity.AccountOpened"
THIEF = "correspondence"  # whose password was stolen: it hears events, parks some, and answers calls


def refused(kind: str, reason: str) -> float:
    return REGISTRY.get_sample_value("college_messages_refused_total", {"service": "tiny", "kind": kind, "reason": reason}) or 0


def until(condition) -> None:
    with eventlet.Timeout(10):
        while not condition():
            eventlet.sleep(0.02)


def forged_fact() -> bytes:
    return orjson.dumps(envelope(tiny.ThingPut, thing="cup"))


def waiting(live, queue: str) -> int:
    """How many messages stand in a queue that nobody consumes."""
    with Connection(live.system.amqp_uri) as connection:
        return connection.channel().queue_declare(queue, passive=True).message_count


def works_as_before(live, person) -> None:
    """What the service is asked and told by those who may is answered and handled; other messages have come before."""
    gateway = live.caller("gateway")
    assert gateway.call(tiny.Echo, person, text="a").text == "a"
    gateway.call(tiny.Put, person, thing="true")
    assert {seen.data["thing"] for seen in live.system.announced(tiny.ThingSeen)} == {"true"}


# ---- facts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exchange", "key", "headers", "reason"),
    [
        (BACK_EXCHANGE, OWN_QUEUE, {"CC": [THING_QUEUE]}, "way"),
        (BACK_EXCHANGE, OWN_QUEUE, {"BCC": [THING_QUEUE]}, "way"),
        ("retries.50", OWN_QUEUE, {"CC": [THING_QUEUE]}, "way"),
        ("retries.50", OWN_QUEUE, {"BCC": [THING_QUEUE], "x-delay": 0}, "way"),
        ("", THING_QUEUE, {}, "way"),
        ("", OWN_QUEUE, {"CC": [THING_QUEUE]}, "way"),
        ("", b"\xff", {"CC": [THING_QUEUE], HISTORY_HEADER: [{"at": "now", "error": None}]}, "way"),
    ],
    ids=["copy", "blind-copy", "copy-after-a-delay", "blind-copy-after-a-delay", "queue", "copy-to-queue", "key-that-is-no-text"],
)
def test_a_fact_of_anothers_is_parked_refused_counted_and_never_replayed(live, system, exchange, key, headers, reason):
    live.start(TinyService, "tiny")
    before, person, gateway = refused("events", reason), system.caller("tester"), live.caller("gateway")
    with structlog.testing.capture_logs() as lines:
        live.write(THIEF, exchange, key, forged_fact(), application_headers=headers, priority=255)
        (letter,) = until_parked(gateway, person)
    assert letter.error.startswith(f"NotAnnounced: {reason}: came from '{live.users[THIEF]}'")
    assert [line["sender"] for line in lines if line["event"] == "event-refused"] == [live.users[THIEF]]
    assert refused("events", reason) == before + 1
    with pytest.raises(NotReplayable):
        gateway.call(tiny.dead_letters.ReplayDeadLetter, person, letter_id=letter.id, note="it looks good")
    works_as_before(live, person)


def test_a_fact_that_names_nobody_as_its_sender_is_not_believed_on_its_owners_exchange_either(live, system):
    live.start(TinyService, "tiny")
    live.write("tiny", exchange_of(tiny.ThingPut), "ThingPut", forged_fact(), user_id=None)
    live.write("tiny", exchange_of(tiny.ThingPut), "ThingPut", forged_fact(), application_headers={"CC": ["ThingSeen"]})
    person = system.caller("tester")
    until(lambda: len(until_parked(live.caller("gateway"), person)) == 2)
    letters = until_parked(live.caller("gateway"), person)
    assert {letter.error.split(": ")[1] for letter in letters} == {"sender", "copies"}
    works_as_before(live, person)


def test_what_is_refused_is_kept_in_part_and_says_nothing_of_its_own_history(live, system):
    live.start(TinyService, "tiny")
    history = [{"at": "2026-11-23T07:00:00+00:00", "error": "x" * 60_000, "more": ["x" * 30_000]}]
    headers = {HISTORY_HEADER: history, HANDLER_HEADER: THING_QUEUE}
    live.write(THIEF, "", THING_QUEUE, b"x" * 5_000_000, application_headers=headers, content_type="image/png")
    until_parked(live.caller("gateway"), system.caller("tester"))
    (parked,) = system.dead_letters("tiny")
    assert len(parked.body) == 10_000 and parked.headers[HANDLER_HEADER] == ""
    assert [one["error"].split(":")[0] for one in parked.headers[HISTORY_HEADER]] == ["NotAnnounced"]


def test_a_services_own_fact_of_too_many_bytes_or_too_deep_is_parked_at_once(live, system):
    live.start(TinyService, "tiny")
    told, person = envelope(tiny.ThingPut, thing="cup"), system.caller("tester")
    deep = b"[" * 990 + b"]" * 990
    for data in (b"x" * 5_000_000, deep, b'3}, "traceparent": ' + deep + b', "language": {"a": ' + deep):
        body = orjson.dumps({**told, "data": {"thing": "DATA"}}).replace(b'"DATA"', data)
        live.write("tiny", BACK_EXCHANGE, THING_QUEUE, body)
    until(lambda: len(until_parked(live.caller("gateway"), person)) == 3)
    works_as_before(live, person)


# ---- dead letters -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("exchange", "key", "copies"),
    [(DEAD_EXCHANGE, THIEF, {"CC": ["tiny"]}), (DEAD_EXCHANGE, THIEF, {"BCC": ["tiny"]}), ("", "dead.tiny", {})],
    ids=["copy", "blind-copy", "queue"],
)
def test_a_letter_that_another_parked_is_shown_as_that_and_cannot_be_replayed(live, system, exchange, key, copies):
    live.start(TinyService, "tiny")
    headers = {HANDLER_HEADER: THING_QUEUE, HISTORY_HEADER: [{"at": "2026-11-23T07:00:00+00:00", "error": "mended"}], **copies}
    before, person, gateway = refused("letters", "way"), system.caller("tester"), live.caller("gateway")
    live.write(THIEF, exchange, key, forged_fact(), application_headers=headers)
    (letter,) = until_parked(gateway, person)
    assert (letter.handler, letter.error) == (None, f"NotParked: way: came from '{live.users[THIEF]}'")
    assert refused("letters", "way") > before
    for replay in (
        lambda: gateway.call(tiny.dead_letters.ReplayDeadLetter, person, letter_id=letter.id, note="it looks good"),
        lambda: gateway.call(tiny.dead_letters.ReplayDeadLetters, person, type="ThingPut", note="it looks good"),
    ):
        with pytest.raises(NotReplayable):
            replay()
    gateway.call(tiny.dead_letters.DiscardDeadLetter, person, letter_id=letter.id, note="forged")
    works_as_before(live, person)


def test_a_services_own_letter_with_the_queue_of_another_as_its_handler_is_not_replayed_into_it(live, system):
    live.start(TinyService, "tiny")
    live.write("tiny", DEAD_EXCHANGE, "tiny", forged_fact(), application_headers={HANDLER_HEADER: ACCOUNT_QUEUE})
    person, gateway = system.caller("tester"), live.caller("gateway")
    (letter,) = until_parked(gateway, person)
    with pytest.raises(NotReplayable):
        gateway.call(tiny.dead_letters.ReplayDeadLetter, person, letter_id=letter.id, note="it looks good")
    assert waiting(live, ACCOUNT_QUEUE) == 0


# ---- calls and answers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("component", "exchange", "key", "properties", "reason"),
    [
        ("staff", RPC_EXCHANGE, "identity.sign_in", {"application_headers": {"CC": ["tiny.put"]}}, "way"),
        ("staff", RPC_EXCHANGE, "identity.sign_in", {"application_headers": {"BCC": ["tiny.put"]}}, "way"),
        ("gateway", RPC_EXCHANGE, "tiny.put", {"application_headers": {"CC": ["tiny.echo"]}}, "copies"),
        ("gateway", RPC_EXCHANGE, "tiny.put", {"user_id": None}, "sender"),
        ("gateway", RPC_EXCHANGE, "tiny.put", {"reply_to": ACCOUNT_QUEUE}, "reply-to"),
        ("gateway", RPC_EXCHANGE, "tiny.put", {"reply_to": "rpc-identity"}, "reply-to"),
        (THIEF, "", "rpc-tiny", {}, "way"),
        (THIEF, "", "tiny.put", {"application_headers": {"CC": ["rpc-tiny"]}}, "way"),
    ],
    ids=["copy", "blind-copy", "own-copy", "nobody", "answer-to-events", "answer-to-calls", "queue", "copy-to-queue"],
)
def test_a_call_that_the_broker_did_not_check_is_dropped_and_answered_to_nobody(
    live, system, component, exchange, key, properties, reason
):
    live.start(TinyService, "tiny")
    before, token = refused("calls", reason), system.caller("tester").headers()
    properties = properties | {"application_headers": token | properties.get("application_headers", {})}
    body = orjson.dumps({"args": [], "kwargs": {"thing": "cup", "secret": ""}})
    with structlog.testing.capture_logs() as lines:
        live.write(component, exchange, key, body, correlation_id="c", **properties)
        until(lambda: refused("calls", reason) == before + 1)
    expected = properties.get("user_id", live.users[component]) or ""
    assert [line["sender"] for line in lines if line["event"] == "call-refused"] == [expected]
    with system.session("tiny") as session:
        assert session.execute(select(func.count()).select_from(outbox)).scalar() == 0
    assert waiting(live, ACCOUNT_QUEUE) == waiting(live, "rpc-identity") - (key == "identity.sign_in") == 0
    works_as_before(live, system.caller("tester"))


@pytest.mark.parametrize(
    "reply_to", ["amq.rabbitmq.reply-to.", "amq.rabbitmq.reply-to.AAAA.AAAA", b"amq.rabbitmq.reply-to.\xff.A"]
)
def test_an_answer_to_nowhere_is_not_given_and_does_not_end_the_answering(live, system, reply_to):
    live.start(TinyService, "tiny")
    opened = LINK_OPENED.labels("rpc-server-tiny")._value.get()
    body = orjson.dumps({"args": [], "kwargs": {"text": "a"}})
    live.write("gateway", RPC_EXCHANGE, "tiny.echo", body, reply_to=reply_to, correlation_id="c")
    works_as_before(live, system.caller("tester"))
    assert LINK_OPENED.labels("rpc-server-tiny")._value.get() == opened


def test_an_answer_is_believed_from_the_service_that_was_asked_only(live, system):
    gateway = live.caller("gateway")
    asked = eventlet.spawn(gateway.call, tiny.Echo, system.anonymous, _deadline_s=10, text="a")
    eventlet.spawn_n(gateway.ask, f"{THIEF}.list_mailings", {}, {}, 10)  # so that the thief knows where this gateway's answers go
    until(lambda: waiting(live, f"rpc-{THIEF}"))
    with live.channel(THIEF) as channel:
        reply_to = channel.basic_get(f"rpc-{THIEF}").properties["reply_to"]
    forged = orjson.dumps({"result": {"text": "forged", "account_id": None, "language": "en"}, "error": None})
    with structlog.testing.capture_logs() as lines:
        for correlation in list(gateway._pending):
            live.write(THIEF, "", reply_to, forged, correlation_id=correlation)
            live.write(THIEF, "", reply_to, forged, correlation_id=correlation, user_id=None)
        until(lambda: len([line for line in lines if line["event"] == "answer-refused"]) >= 2)
    live.start(TinyService, "tiny")
    assert asked.wait().text == "a"


# ---- messages that cannot be read -------------------------------------------------------------------------------------


class Raw(amqp.Message):
    """A message whose properties are these bytes."""

    def __init__(self, body: bytes, properties: bytes) -> None:
        super().__init__(body)
        self._bytes = properties

    def _serialize_properties(self) -> bytes:
        return self._bytes


def short(text: bytes) -> bytes:
    return bytes([len(text)]) + text


def table(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def deep_table(levels: int) -> bytes:
    content = b""
    for _ in range(levels):
        content = short(b"a") + b"F" + table(content)
    return table(content)


UNREADABLE = {
    "a time that there is not": table(short(b"x") + b"T" + struct.pack(">Q", 2**63)),
    "tables nested too deep": deep_table(5_000),
    "text that is no text": None,
}


@pytest.mark.parametrize("what", UNREADABLE)
@pytest.mark.parametrize("queue", [THING_QUEUE, "rpc-tiny", "dead.tiny"])
def test_a_message_that_cannot_be_read_is_refused_and_what_comes_after_it_is_not_held_up(live, system, queue, what):
    live.start(TinyService, "tiny")
    links = [LINK_OPENED.labels(name) for name in ("rpc-server-tiny", "events-tiny")]
    opened = [link._value.get() for link in links]
    user, headers = live.users[THIEF].encode(), UNREADABLE[what]
    properties = (
        struct.pack(">H", 0x0030) + short(b"\xff\xfe") + short(user)
        if headers is None
        else struct.pack(">H", 0x2010) + headers + short(user)
    )
    with live.channel(THIEF) as channel:
        channel.basic_publish_confirm(Raw(forged_fact(), properties), "", queue, confirm_timeout=5)
    person = system.caller("tester")
    works_as_before(live, person)
    if queue != "rpc-tiny":
        assert len(until_parked(live.caller("gateway"), person)) == 1
    assert [link._value.get() for link in links] == opened


# ---- whose address ----------------------------------------------------------------------------------------------------


def test_only_the_gateway_says_from_where_somebody_asks(live, system):
    live.start(TinyService, "tiny")
    person, said = system.caller("tester"), {}
    stated = Caller(token=person.token, address="203.0.113.7", device="Firefox")
    live.caller("gateway").call(tiny.Put, stated, thing="gateway")
    live.engines.management.load({"topic_permissions": [_every_call(live, "staff")]})
    live.caller("staff").call(tiny.Put, stated, thing="staff")
    with system.session("tiny") as session:
        said = {row.subject: row.address for row in session.execute(select(audit)) if row.action == "thing:put"}
    assert said == {"thing/gateway": "203.0.113.7", "thing/staff": "staff"}


def _every_call(live, component):
    return {"user": live.users[component], "vhost": live.vhost, "exchange": RPC_EXCHANGE, "write": ".*", "read": "^$"}


def test_tries_from_addresses_that_the_staff_tools_invent_are_slowed_together_and_lock_out_nobody(live, system):
    live.start(service_class("services.identity.service"), "identity")
    staff, gateway, refusals = live.caller("staff"), live.caller("gateway"), []
    for number in range(60):
        try:
            staff.call(SignIn, Caller(address=f"203.0.113.{number}"), login=f"nobody{number}@college.test", password="wrong 7")
        except (SignInRefused, TooManyTries) as refusal:
            refusals.append(type(refusal))
            if isinstance(refusal, TooManyTries):
                break
    assert refusals[-1] is TooManyTries and len(refusals) <= 31
    for _ in range(2):
        with pytest.raises(SignInRefused):
            gateway.call(SignIn, Caller(address="203.0.113.1"), login="somebody@college.test", password="wrong 7")
