"""Each component has its own user on the real broker: it can do all that its work needs, and nothing that it was not granted."""

from contextlib import contextmanager
from dataclasses import replace

import amqp
import orjson
import pytest
import structlog
from kombu import Connection
from sqlalchemy import func, select

from deploy.local.urls import with_credentials
from services.common.dead_letter_calls import NotReplayable
from services.common.errors import OutcomeUnknown
from services.common.ids import new_id
from services.common.launch import make_container, service_class
from services.common.rpc_client import RpcClient
from services.common.tables import outbox
from services.common.topology import GIVEN, HANDLER_HEADER, HISTORY_HEADER, exchange_of
from services.contracts.identity import AccountOpened, OpenAccount, SignIn, SignInRefused
from services.contracts.topology import SERVICES, Plan
from tests.support.contracts import tiny
from tests.support.tiny import TinyService
from tests.support.waiting import NEVER_S, in_patience, until

PASSWORD = "only-for-tests"
DELAYS_MS = (50, 100, 200)
ACCOUNT = {"email": "someone@college.test", "password": "a long one that nobody would guess 7"}
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
        self._clients.append(RpcClient(self.uri(component), deadline_s=3).start())
        return self._clients[-1]

    @contextmanager
    def channel(self, component):
        with Connection(self.uri(component), connect_timeout=5) as connection:
            channel = connection.connection.channel()
            yield channel
            connection.collect()  # a channel that the broker closed cannot be closed again

    def write(self, component, exchange, key, body=b"{}", **properties):
        with self.channel(component) as channel:
            channel.basic_publish_confirm(amqp.Message(body, **properties), exchange, key, confirm_timeout=5)

    def close(self):
        for client in self._clients:
            client.stop()
        for user in self.users.values():
            self.engines.management.delete_user(user)


class LiveBus(Bus):
    """The same, with real services on it."""

    def __init__(self, house):
        self.house = house
        super().__init__(house.engines, house.name)

    def start(self, cls, name):
        settings = replace(
            self.house.settings(name, name),
            amqp_uri=self.uri(name),
            topology=GIVEN,
            retry_delays_ms=DELAYS_MS,
            event_concurrency=2,
        )
        container = make_container(cls, settings)
        container.start()
        self.house.containers[name] = container
        self.house._until_ready(container)

    def close(self):
        for container in self.house.containers.values():
            container.kill()
        super().close()


@pytest.fixture
def live(house):
    bus = LiveBus(house)
    yield bus
    bus.close()


@pytest.fixture(scope="module")
def bus(engines):
    vhost = f"t{new_id().hex[-12:]}"
    engines.create_vhost(vhost)
    bus = Bus(engines, vhost)
    yield bus
    bus.close()
    engines.delete_vhost(vhost)


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
    return until(lambda: client.call(tiny.dead_letters.ListDeadLetters, person)["letters"], "a parked event")


def parked(house, service, count=1):
    found = []

    def look():
        found.extend(house.dead_letters(service))
        return len(found) >= count

    until(look, f"{count} parked messages")
    return found


# ---- what its work needs ----------------------------------------------------------------------------------------------


def test_a_service_answers_announces_hears_retries_parks_and_replays(live, house, monkeypatch):
    monkeypatch.setattr(TinyService, "known", set())
    live.start(TinyService, "tiny")
    gateway, person = live.caller("gateway"), house.caller("tester")
    assert gateway.call(tiny.Echo, person, text="hello")["text"] == "hello"
    gateway.call(tiny.Put, person, thing="cup")
    gateway.call(tiny.Put, person, thing="late-cup")
    house.tried_in_vain(tiny.ThingPut)
    TinyService.known.add("late-cup")
    assert {seen.data["thing"] for seen in house.announced(tiny.ThingSeen, count=2)} == {"cup", "late-cup"}
    gateway.call(tiny.Put, person, thing="poison-cup")
    (found,) = until_parked(gateway, person)
    assert found["attempts"] == len(DELAYS_MS) + 1
    gateway.call(tiny.dead_letters.ReplayDeadLetter, person, letter_id=found["id"], note="try again")
    (letter,) = parked(house, "tiny")
    assert len(letter.headers[HISTORY_HEADER]) == 2 * (len(DELAYS_MS) + 1) + 1  # the ladder twice, and the replay


def test_real_services_work_together_each_with_its_own_user(live, house):
    for name in ("identity", "applications"):
        live.start(service_class(f"services.{name}.service"), name)
    live.caller("gateway").call(OpenAccount, house.anonymous, **ACCOUNT)
    assert house.announced(AccountOpened)[0].data["email"] == ACCOUNT["email"]
    with pytest.raises(SignInRefused):
        live.caller("staff").call(SignIn, house.anonymous, login="nobody@college.test", password="not the one")


def test_what_is_done_for_a_message_is_logged_with_the_user_whom_the_broker_vouches_for(live, house):
    live.start(TinyService, "tiny")
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        live.caller("gateway").call(tiny.Put, house.caller("tester"), thing="cup")
        house.announced(tiny.ThingSeen)
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


@pytest.mark.parametrize("component", ["gateway", "tiny"])
@pytest.mark.parametrize(
    "deed",
    [
        lambda channel: channel.queue_declare("", exclusive=True),
        lambda channel: channel.queue_declare("spare"),
        lambda channel: channel.exchange_declare("spare", "fanout"),
        lambda channel: channel.queue_bind(THING_QUEUE, "identity.events", "#"),
        lambda channel: channel.queue_delete(THING_QUEUE),
        lambda channel: channel.exchange_delete("tiny.events"),
        lambda channel: channel.exchange_bind("tiny.events", "identity.events", "#"),
    ],
    ids=["tap", "queue", "exchange", "binding", "delete-queue", "delete-exchange", "exchange-binding"],
)
def test_it_cannot_change_the_bus(bus, component, deed):
    with bus.channel(component) as channel, pytest.raises(amqp.exceptions.AccessRefused):
        deed(channel)


def test_it_cannot_see_another_college(bus):
    other = f"{bus.vhost}-other"
    bus.engines.create_vhost(other)
    try:
        uri = bus.uri("gateway").removesuffix(bus.vhost) + other
        with pytest.raises(amqp.exceptions.NotAllowed), Connection(uri) as connection:
            connection.connect()
    finally:
        bus.engines.delete_vhost(other)


def test_a_call_that_a_service_writes_into_anothers_queue_is_not_carried_out(live, house):
    # The broker lets whoever answers write into any queue by its name, or no answer could go back: so the consumer refuses.
    live.start(TinyService, "tiny")
    body = orjson.dumps({"args": [], "kwargs": {"thing": "cup", "secret": ""}})
    headers = house.caller("tester").headers()
    with structlog.testing.capture_logs() as lines:
        live.write("identity", "", "rpc-tiny", body, user_id=live.users["identity"], application_headers=headers)
        assert live.caller("gateway").call(tiny.Echo, house.anonymous, text="after it")["text"] == "after it"
    assert [line["sender"] for line in lines if line["event"] == "call-refused"] == [live.users["identity"]]
    with house.session("tiny") as session:
        assert session.execute(select(func.count()).select_from(outbox)).scalar() == 0


def test_a_fact_that_a_service_writes_into_anothers_queue_is_parked_and_not_believed(live, house):
    live.start(TinyService, "tiny")
    forged = orjson.dumps(envelope(tiny.ThingPut, thing="cup"))
    live.write("identity", "", THING_QUEUE, forged, user_id=live.users["identity"])
    person, gateway = house.caller("tester"), live.caller("gateway")
    (letter,) = until_parked(gateway, person)
    assert letter["error"].startswith(f"NotAnnounced: came from '{live.users['identity']}'")
    with pytest.raises(NotReplayable):
        gateway.call(tiny.dead_letters.ReplayDeadLetter, person, letter_id=letter["id"], note="it looks good")
    house.settle()
    assert [seen for seen in house.heard if seen.type == tiny.ThingSeen.type] == []


def test_a_dead_letter_that_a_service_writes_into_anothers_queue_cannot_be_replayed(live, house):
    live.start(TinyService, "tiny")
    forged = orjson.dumps(envelope(tiny.ThingPut, thing="cup"))
    live.write("identity", "", "dead.tiny", forged, application_headers={HANDLER_HEADER: THING_QUEUE})
    person, gateway = house.caller("tester"), live.caller("gateway")
    (letter,) = until_parked(gateway, person)
    with pytest.raises(NotReplayable):
        gateway.call(tiny.dead_letters.ReplayDeadLetter, person, letter_id=letter["id"], note="it looks good")
    gateway.call(tiny.dead_letters.DiscardDeadLetter, person, letter_id=letter["id"], note="forged")
    house.settle()
    assert [seen for seen in house.heard if seen.type == tiny.ThingSeen.type] == []


def test_the_owner_announces_the_same_fact_and_is_believed(live, house):
    live.start(TinyService, "tiny")
    live.write("tiny", exchange_of(tiny.ThingPut), "ThingPut", orjson.dumps(envelope(tiny.ThingPut, thing="cup")))
    assert house.announced(tiny.ThingSeen)[0].data == {"thing": "cup"}


def test_a_call_that_the_broker_refuses_is_an_error_at_once_and_the_next_one_is_answered(live, house):
    live.start(service_class("services.identity.service"), "identity")
    staff = live.caller("staff")
    with in_patience(), pytest.raises(OutcomeUnknown):
        staff.call(OpenAccount, house.anonymous, **ACCOUNT, _deadline_s=NEVER_S)
    with pytest.raises(SignInRefused):
        staff.call(SignIn, house.anonymous, login="nobody@college.test", password="not the one")
