"""Each component has its own user on the real broker: it can do all that its work needs, and nothing that it was not granted."""

import amqp
import orjson
import pytest
import structlog
from kombu import Connection
from sqlalchemy import func, select

from deploy.local.urls import with_credentials
from services.common.bus.topology import BACK_EXCHANGE, HANDLER_HEADER, HISTORY_HEADER, exchange_of
from services.common.kernel.errors import NotReplayable, OutcomeUnknown
from services.common.kernel.ids import new_id
from services.common.persistence.tables import outbox
from services.common.runtime.launch import service_class
from services.contracts.callers import CALLERS
from services.contracts.identity.accounts import OpenAccount
from services.contracts.identity.errors import SignInRefused
from services.contracts.identity.events import AccountOpened
from services.contracts.identity.sessions import SignIn
from services.contracts.topology import SERVICES, Plan
from tests.support.broker_users import ACCOUNT_QUEUE, DELAYS_MS, PASSWORD, THING_QUEUE, envelope, parked, until_parked
from tests.support.contracts import tiny
from tests.support.tiny import TinyService
from tests.support.waiting import NEVER_S, in_patience, until

COMPONENTS = (*SERVICES, "tiny", *CALLERS)
ACCOUNT = {"email": "someone@college.test", "password": "a long one that nobody would guess 7"}

# ---- what its work needs ----------------------------------------------------------------------------------------------


def test_a_service_answers_announces_hears_retries_parks_and_replays(live, system, monkeypatch):
    monkeypatch.setattr(TinyService, "known", set())
    live.start(TinyService, "tiny")
    gateway, person = live.caller("gateway"), system.caller("tester")
    assert gateway.call(tiny.Echo, person, text="hello").text == "hello"
    gateway.call(tiny.Put, person, thing="cup")
    gateway.call(tiny.Put, person, thing="late-cup")
    system.tried_in_vain(tiny.ThingPut)
    TinyService.known.add("late-cup")
    assert {seen.data["thing"] for seen in system.announced(tiny.ThingSeen, count=2)} == {"cup", "late-cup"}
    gateway.call(tiny.Put, person, thing="poison-cup")
    (found,) = until_parked(gateway, person)
    assert found.attempts == len(DELAYS_MS) + 1
    gateway.call(tiny.dead_letters.ReplayDeadLetter, person, letter_id=found.id, note="try again")
    (letter,) = parked(system, "tiny")
    assert len(letter.headers[HISTORY_HEADER]) == 2 * (len(DELAYS_MS) + 1) + 1  # the ladder twice, and the replay


def test_real_services_work_together_each_with_its_own_user(live, system):
    for name in ("identity", "applications"):
        live.start(service_class(f"services.{name}.service"), name)
    live.caller("gateway").call(OpenAccount, system.anonymous, **ACCOUNT)
    assert system.announced(AccountOpened)[0].data["email"] == ACCOUNT["email"]
    with pytest.raises(SignInRefused):
        live.caller("staff").call(SignIn, system.anonymous, login="nobody@college.test", password="not the one")


def test_what_is_done_for_a_message_is_logged_with_the_user_whom_the_broker_vouches_for(live, system):
    live.start(TinyService, "tiny")
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        live.caller("gateway").call(tiny.Put, system.caller("tester"), thing="cup")
        system.announced(tiny.ThingSeen)
        until(lambda: [line for line in lines if line["event"] == "event-handled"], "its line in the log")
    (handled,) = [line for line in lines if line["event"] == "event-handled"]
    assert handled["sender"] == live.users["tiny"]


def test_the_definitions_load_without_passwords_and_nobody_can_sign_in_until_one_is_given(engines):
    vhost = f"t{new_id().hex[-12:]}"
    management, user = engines.management, f"{vhost}-gateway"
    uri = with_credentials(engines.amqp_uri(vhost), user, PASSWORD)
    plan = Plan()
    management.load(plan.definitions(vhost, {"gateway": user}))
    try:
        for tried in (uri, with_credentials(uri, user, "")):
            with pytest.raises(amqp.exceptions.AccessRefused), Connection(tried) as connection:
                connection.connect()
        management.load(plan.definitions(vhost, {"gateway": user}, {"gateway": PASSWORD}))
        with Connection(uri) as connection:
            connection.connect()
    finally:
        management.delete_user(user)
        engines.delete_vhost(vhost)


# ---- what was not granted ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("component", "exchange", "key"),
    [
        ("tiny", "identity.events", "AccountOpened"),  # another's event
        ("gateway", "identity.events", "AccountOpened"),
        ("identity", "identity.events", "PaymentReceived"),  # a type that it does not own, on its own exchange
        ("staff", "nameko-rpc", "identity.open_account"),  # a call that is not its own to make
        ("tiny", "nameko-rpc", "registry.search_register"),  # services make no calls
        ("gateway", "nameko-rpc", "registry.no_such_call"),
        ("gateway", "", THING_QUEUE),  # into a queue by its name
        ("staff", "", "rpc-identity"),
        ("tiny", "events.back", ACCOUNT_QUEUE),  # as if it came back to another's handler
        ("tiny", "retries.50", ACCOUNT_QUEUE),
        ("tiny", "events.dead", "identity"),
        ("tiny", "amq.topic", "anything"),
    ],
)
def test_it_cannot_publish(bus, component, exchange, key):
    with pytest.raises(amqp.exceptions.AccessRefused):
        bus.write(component, exchange, key)


@pytest.mark.parametrize("component", ["gateway", "tiny", "identity"])
def test_it_cannot_speak_in_the_name_of_another(bus, component):
    exchange, key = ("nameko-rpc", "identity.sign_in") if component == "gateway" else ("events.dead", component)
    bus.write(component, exchange, key, user_id=bus.users[component])
    with pytest.raises(amqp.exceptions.PreconditionFailed, match="user_id"):
        bus.write(component, exchange, key, user_id=bus.users["billing"])


@pytest.mark.parametrize("component", ["gateway", "staff", "tiny"])
@pytest.mark.parametrize("queue", ["rpc-identity", ACCOUNT_QUEUE, "dead.identity", "retries.50"])
def test_it_cannot_read_the_queue_of_another(bus, component, queue):
    with bus.channel(component) as channel, pytest.raises(amqp.exceptions.AccessRefused):
        channel.basic_get(queue)
    with bus.channel(component) as channel, pytest.raises(amqp.exceptions.AccessRefused):
        channel.basic_consume(queue)


ELSEWHERE = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": THING_QUEUE, "x-message-ttl": 0}
DEEDS = {
    "tap": lambda channel: channel.queue_declare("", exclusive=True),
    "queue": lambda channel: channel.queue_declare("spare"),
    "queue that ends in another's": lambda channel: channel.queue_declare("", exclusive=True, arguments=ELSEWHERE),
    "own queue, other arguments": lambda channel: channel.queue_declare(THING_QUEUE, durable=True, arguments=ELSEWHERE),
    "exchange": lambda channel: channel.exchange_declare("spare", "fanout"),
    "exchange that leads on": lambda channel: channel.exchange_declare(
        "spare", "topic", arguments={"alternate-exchange": "identity.events"}
    ),
    "binding": lambda channel: channel.queue_bind(THING_QUEUE, "identity.events", "#"),
    "binding of a delay": lambda channel: channel.queue_bind("retries.50", "identity.events", "#"),
    "no binding": lambda channel: channel.queue_unbind(THING_QUEUE, "tiny.events", "ThingPut"),
    "exchange binding": lambda channel: channel.exchange_bind("tiny.events", "identity.events", "#"),
    "exchange binding of the way back": lambda channel: channel.exchange_bind(BACK_EXCHANGE, "retries.50", "#"),
    "exchange binding into a delay": lambda channel: channel.exchange_bind("retries.50", BACK_EXCHANGE, "#"),
    "delete queue": lambda channel: channel.queue_delete(THING_QUEUE),
    "delete exchange": lambda channel: channel.exchange_delete("tiny.events"),
    "empty a delay": lambda channel: channel.queue_purge("retries.50"),
}


@pytest.mark.parametrize("component", COMPONENTS)
def test_it_cannot_change_the_bus(bus, component):
    refused = set()
    with Connection(bus.uri(component), connect_timeout=5) as connection:
        for name, deed in DEEDS.items():
            try:
                deed(connection.connection.channel())
            except amqp.exceptions.AccessRefused:
                refused.add(name)
        connection.collect()
    assert refused == DEEDS.keys()


@pytest.mark.parametrize("component", COMPONENTS)
def test_it_writes_straight_into_a_queue_only_if_answers_are_its_work_and_then_into_none_that_believes_it(bus, component):
    queues = ["rpc-identity", ACCOUNT_QUEUE, "dead.identity", "retries.50"]
    refused = set()
    for queue in queues:
        try:
            bus.write(component, "", queue)
        except amqp.exceptions.AccessRefused:
            refused.add(queue)
    assert refused == (set(queues) if component in CALLERS else set())  # what they do with it: test_stolen_broker_password.py


def test_it_cannot_see_another_college(bus):
    other = f"{bus.vhost}-other"
    bus.engines.create_vhost(other)
    try:
        uri = bus.uri("gateway").removesuffix(bus.vhost) + other
        with pytest.raises(amqp.exceptions.NotAllowed), Connection(uri) as connection:
            connection.connect()
    finally:
        bus.engines.delete_vhost(other)


def test_a_call_that_a_service_writes_into_anothers_queue_is_not_carried_out(live, system):
    # The broker lets whoever answers write into any queue by its name, or no answer could go back: so the consumer refuses.
    live.start(TinyService, "tiny")
    body = orjson.dumps({"args": [], "kwargs": {"thing": "cup", "secret": ""}})
    headers = system.caller("tester").headers()
    with structlog.testing.capture_logs() as lines:
        live.write("identity", "", "rpc-tiny", body, user_id=live.users["identity"], application_headers=headers)
        assert live.caller("gateway").call(tiny.Echo, system.anonymous, text="after it").text == "after it"
    assert [line["sender"] for line in lines if line["event"] == "call-refused"] == [live.users["identity"]]
    with system.session("tiny") as session:
        assert session.execute(select(func.count()).select_from(outbox)).scalar() == 0


def test_a_fact_that_a_service_writes_into_anothers_queue_is_parked_and_not_believed(live, system):
    live.start(TinyService, "tiny")
    forged = orjson.dumps(envelope(tiny.ThingPut, thing="cup"))
    live.write("identity", "", THING_QUEUE, forged, user_id=live.users["identity"])
    person, gateway = system.caller("tester"), live.caller("gateway")
    (letter,) = until_parked(gateway, person)
    assert letter.error.startswith(f"NotAnnounced: way: came from '{live.users['identity']}'")
    with pytest.raises(NotReplayable):
        gateway.call(tiny.dead_letters.ReplayDeadLetter, person, letter_id=letter.id, note="it looks good")
    system.settle()
    assert [seen for seen in system.heard if seen.type == tiny.ThingSeen.type] == []


def test_a_dead_letter_that_a_service_writes_into_anothers_queue_cannot_be_replayed(live, system):
    live.start(TinyService, "tiny")
    forged = orjson.dumps(envelope(tiny.ThingPut, thing="cup"))
    live.write("identity", "", "dead.tiny", forged, application_headers={HANDLER_HEADER: THING_QUEUE})
    person, gateway = system.caller("tester"), live.caller("gateway")
    (letter,) = until_parked(gateway, person)
    with pytest.raises(NotReplayable):
        gateway.call(tiny.dead_letters.ReplayDeadLetter, person, letter_id=letter.id, note="it looks good")
    gateway.call(tiny.dead_letters.DiscardDeadLetter, person, letter_id=letter.id, note="forged")
    system.settle()
    assert [seen for seen in system.heard if seen.type == tiny.ThingSeen.type] == []


def test_the_owner_announces_the_same_fact_and_is_believed(live, system):
    live.start(TinyService, "tiny")
    live.write("tiny", exchange_of(tiny.ThingPut), "ThingPut", orjson.dumps(envelope(tiny.ThingPut, thing="cup")))
    assert system.announced(tiny.ThingSeen)[0].data == {"thing": "cup"}


def test_a_call_that_the_broker_refuses_is_an_error_at_once_and_the_next_one_is_answered(live, system):
    live.start(service_class("services.identity.service"), "identity")
    staff = live.caller("staff")
    with in_patience(), pytest.raises(OutcomeUnknown):
        staff.call(OpenAccount, system.anonymous, **ACCOUNT, _deadline_s=NEVER_S)
    with pytest.raises(SignInRefused):
        staff.call(SignIn, system.anonymous, login="nobody@college.test", password="not the one")
