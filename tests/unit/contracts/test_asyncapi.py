"""The AsyncAPI document says what crosses the bus: all of it, as it is."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from services.common.kernel.contract import Call, Event
from services.common.kernel.errors import NotFound
from services.common.kernel.ids import new_id
from services.contracts.asyncapi import build, text
from services.contracts.identity.accounts import OpenAccount
from services.contracts.identity.events import ContactChanged
from services.contracts.topology import SERVICES

DOCUMENT = build()


def follow(reference: str) -> Any:
    found: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def fits(message: str, payload: Any) -> bool:
    """Whether a payload is as the document says."""
    components = DOCUMENT["components"]
    schema = {**components["messages"][message]["payload"], "components": components}
    return Draft202012Validator(schema).is_valid(payload)


def test_the_document_is_valid_json_of_asyncapi_3():
    assert json.loads(text())["asyncapi"] == "3.0.0"


def test_every_reference_leads_somewhere_and_every_message_is_used():
    found = set(references(DOCUMENT))
    for reference in found:
        assert follow(reference)
    carried = {reference.rpartition("/")[2] for reference in found if reference.startswith("#/components/messages/")}
    assert carried == set(DOCUMENT["components"]["messages"])


def test_an_operation_speaks_of_messages_of_its_own_channel():
    for operation in DOCUMENT["operations"].values():
        for part in (operation, operation.get("reply") or operation):
            assert all(message["$ref"].startswith(part["channel"]["$ref"] + "/messages/") for message in part["messages"])
        assert operation["action"] in {"send", "receive"}


def test_every_schema_is_a_json_schema_and_open_to_fields_of_a_later_age():
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
        assert "additionalProperties" not in schema
    for message in DOCUMENT["components"]["messages"].values():
        Draft202012Validator.check_schema(message["payload"])


def test_every_call_is_answered_by_its_owner_and_every_event_announced_and_heard():
    calls = {f"{call.owner}.{call.method}" for call in Call.all.values() if call.owner in SERVICES}
    events = [event for event in Event.all.values() if event.owner in SERVICES]
    announced = {f"{event.owner}.{event.type}.announce" for event in events}
    heard = {f"{event.owner}.{event.type}.hear-in-{listener}" for event in events for listener in event.listeners}
    assert set(DOCUMENT["operations"]) == {f"{call}.answer" for call in calls} | announced | heard
    assert DOCUMENT["operations"]["identity.get_me.answer"]["x-callers"] == ["gateway", "staff"]


@pytest.mark.parametrize(
    "event", [event for event in Event.all.values() if event.owner in SERVICES], ids=lambda event: event.type
)
def test_an_event_is_told_on_its_owners_exchange(event):
    channel = DOCUMENT["channels"][f"{event.owner}.{event.type}"]
    assert (channel["address"], channel["bindings"]["amqp"]["exchange"]["name"]) == (event.type, f"{event.owner}.events")


def test_what_is_sent_fits_what_is_documented():
    request = OpenAccount.write({"email": "someone@college.test", "password": "a long one that nobody guesses 7"})
    assert fits("identity.open_account", {"args": [], "kwargs": request})
    assert not fits("identity.open_account", {"args": [], "kwargs": {"email": "someone@college.test"}})
    reply = OpenAccount.write_reply({"email": "someone@college.test", "expires_hours": 24})
    assert fits("identity.open_account.reply", {"result": reply, "error": None})
    assert not fits("identity.open_account.reply", {"result": {"email": 3}, "error": None})
    assert fits("identity.activate_account.reply", {"result": None, "error": NotFound(call="x").to_wire()})


def test_an_envelope_fits_what_is_documented():
    data = ContactChanged.write({"account_id": new_id(), "email": "someone@college.test", "language": "fr"})
    envelope = {
        "id": str(new_id()),
        "type": "ContactChanged",
        "owner": "identity",
        "occurred_at": "2026-11-23T12:00:00+00:00",
        "actor": "system",
        "correlation_id": "c",
        "language": "fr",
        "data": data,
    }
    assert fits("identity.ContactChanged", envelope)
    assert not fits("identity.ContactChanged", {**envelope, "type": "EmailChanged"})
    assert not fits("identity.ContactChanged", {**envelope, "data": {}})
