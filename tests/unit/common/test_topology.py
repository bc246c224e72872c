"""What the broker is given is what the contracts ask for, and not a right more."""

import ast
import re
from pathlib import Path

import pytest

from gateway.api.routes import RESOURCES
from services.common.bus.topology import BACK_EXCHANGE, DEAD_EXCHANGE, RPC_EXCHANGE, dead_letter_queue, queue_of
from services.common.kernel.contract import Call, Event
from services.contracts.callers import CALLERS, STAFF, callers_of
from services.contracts.topology import COMPONENTS, SERVICES, USER_LIMITS, Plan, text

ROOT = Path(__file__).resolve().parents[3]
PLAN = Plan()
DEFINITIONS = PLAN.definitions()
QUEUES = {queue["name"]: queue for queue in DEFINITIONS["queues"]}
EXCHANGES = {exchange["name"] for exchange in DEFINITIONS["exchanges"]}
EVENTS = [event for event in Event.all.values() if event.owner in SERVICES]


def allowed(component: str, exchange: str, key: str) -> bool:
    """Whether the broker lets a component publish, as it would decide: the name of the exchange first, then the key."""
    grant = PLAN.grant(component)
    if not re.search(grant.write, exchange):
        return False
    return exchange not in grant.keys or bool(re.search(grant.keys[exchange], key))


def readers(queue: str) -> set[str]:
    return {component for component in COMPONENTS if re.search(PLAN.grant(component).read, queue)}


def test_the_committed_definitions_are_those_that_the_contracts_ask_for():
    committed = (ROOT / "deploy/rabbitmq/definitions.json").read_text()
    assert committed == text(), "python -m services.contracts.topology > deploy/rabbitmq/definitions.json, and look at the diff"


def test_the_committed_definitions_hold_no_password():
    assert all(user["password_hash"] == "" and "password" not in user for user in DEFINITIONS["users"])


def test_a_site_gives_its_own_names_and_passwords():
    definitions = PLAN.definitions("north", {"billing": "north-billing"}, {"billing": "word"})
    assert definitions["users"] == [{"name": "north-billing", "tags": "", "password": "word", "limits": USER_LIMITS}]
    assert {one["vhost"] for kind in ("permissions", "queues", "bindings") for one in definitions[kind]} == {"north"}


@pytest.mark.parametrize("component", COMPONENTS)
def test_no_component_may_declare_or_delete_anything(component):
    configure = PLAN.grant(component).configure
    assert not any(re.search(configure, name) for name in [*QUEUES, *EXCHANGES, "amq.default", "amq.gen-x", "new"])


@pytest.mark.parametrize("component", COMPONENTS)
def test_every_right_to_write_to_a_topic_exchange_says_which_keys(component):
    # The broker grants every key of an exchange that no topic permission speaks of.
    grant = PLAN.grant(component)
    assert {exchange for exchange in EXCHANGES if re.search(grant.write, exchange)} == set(grant.keys)
    assert all(pattern.startswith("^") and pattern.endswith("$") for pattern in (grant.write, grant.read, *grant.keys.values()))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_an_event_is_announced_by_its_owner_only_and_read_by_each_listener_only(event):
    assert {one for one in COMPONENTS if allowed(one, f"{event.owner}.events", event.type)} == {event.owner}
    assert not allowed(event.owner, f"{event.owner}.events", event.type + "X")
    for listener in event.listeners:
        queue = queue_of(listener, event)
        assert readers(queue) == {listener}
        assert {one for one in COMPONENTS if allowed(one, BACK_EXCHANGE, queue)} == {listener}
        assert {one for one in COMPONENTS if allowed(one, "retries.200", queue)} == {listener}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_its_own_queues_only(service):
    assert readers(f"rpc-{service}") == {service}
    assert readers(dead_letter_queue(service)) == {service}
    assert {one for one in COMPONENTS if allowed(one, DEAD_EXCHANGE, service)} == {service}


def test_a_call_may_be_made_by_those_whom_the_contracts_name_and_by_no_service():
    for call in Call.all.values():
        if call.owner in SERVICES:
            key = f"{call.owner}.{call.method}"
            assert {one for one in COMPONENTS if allowed(one, RPC_EXCHANGE, key)} == callers_of(call)
    for caller in CALLERS:
        assert not allowed(caller, RPC_EXCHANGE, "billing.no_such_call")
        assert not allowed(caller, "amq.default", "rpc-billing")


def test_the_gateway_may_make_the_calls_of_its_routes_and_no_others():
    routed = {route.contract for resource in RESOURCES for route in resource.ROUTES}
    internal = {call for call in PLAN.calls if call.internal}
    assert routed | internal == {call for call in PLAN.calls if "gateway" in callers_of(call)}


def test_the_staff_tools_may_make_every_call_that_they_make():
    names = {call.__name__: call for call in PLAN.calls}
    used = {
        names[node.id]
        for path in (ROOT / "staff").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name) and node.id in names
    }
    assert used
    assert all(STAFF in callers_of(call) for call in used)


def test_every_queue_gets_messages_and_every_binding_has_its_ends():
    bound = {binding["destination"] for binding in DEFINITIONS["bindings"]}
    assert bound == set(QUEUES)
    assert {binding["source"] for binding in DEFINITIONS["bindings"]} <= EXCHANGES


def test_a_delay_ends_in_the_queue_that_the_message_came_from():
    ladder = {name: queue["arguments"] for name, queue in QUEUES.items() if name.startswith("retries.")}
    assert [arguments["x-message-ttl"] for arguments in ladder.values()] == list(PLAN.delays_ms)
    assert {arguments["x-dead-letter-exchange"] for arguments in ladder.values()} == {BACK_EXCHANGE}
    returns = {binding["destination"] for binding in DEFINITIONS["bindings"] if binding["source"] == BACK_EXCHANGE}
    assert returns == {name for name in QUEUES if name.startswith("events.")}


def test_the_ladder_is_that_of_the_settings():
    assert [name for name in Plan(delays_ms=(10, 20)).parts().queues if name.startswith("retries.")] == [
        "retries.10",
        "retries.20",
    ]


def test_who_is_not_of_the_bus_is_granted_nothing():
    with pytest.raises(KeyError):
        PLAN.grant("mail_sink")
    assert (
        {one["user"] for one in DEFINITIONS["permissions"]} == set(COMPONENTS) == {user["name"] for user in DEFINITIONS["users"]}
    )
