"""Contracts: strict at the edge, forgiving on the bus, declared in full."""

import dataclasses
import re
from typing import Any

import pytest

from services.common.kernel.access import ANYONE, SIGNED_IN
from services.common.kernel.contract import Call, Event, UndeclaredContract, declare_owners
from services.common.kernel.errors import Invalid, RemoteError, ServiceError
from services.common.kernel.records import Record, of
from services.common.kernel.validation import words
from services.contracts import applications, billing, correspondence, identity, qa, registry

SECRET = re.compile(r"(^|_)(token|password|challenge|passkey|secret)$")
OWNERS = {module.__name__.rsplit(".", 1)[-1] for module in (applications, billing, correspondence, identity, qa, registry)}


declare_owners(nest=__name__)


class Inner(Record):
    """A part."""

    a: int


class Nest(Call):
    """Tries nesting."""

    access = ANYONE

    class Request(Record):
        """A list of parts."""

        parts: list[Inner]


def test_an_unknown_field_is_an_error_at_the_edge_and_dropped_on_the_bus_at_any_depth():
    payload = {"parts": [{"a": 1, "new": 2}], "newer": 3}
    with pytest.raises(Invalid) as refusal:
        Nest.check(payload)
    assert {fault["field"] for fault in refusal.value.params["errors"]} == {"parts.0.new", "newer"}
    assert Nest.read(payload) == Nest.Request(parts=[Inner(a=1)])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_message_code_has_words_in_both_languages(language):
    assert words("too_long 5", language).endswith("5.")
    assert words("required", language) != "required"


@pytest.mark.parametrize(
    ("text", "code"),
    [("a\x00b", "control_sign U+0000"), ("\x00", "control_sign U+0000"), ("half a pair \ud83d", "broken_sign U+D83D")],
)
def test_a_text_that_no_database_can_keep_is_refused_naming_its_place_and_the_cause(text, code):
    with pytest.raises(Invalid) as refusal:
        correspondence.messages.ListMessages.check({"cursor": text})
    assert refusal.value.params["errors"] == [{"field": "cursor", "code": code}]
    assert correspondence.messages.ListMessages.check({"cursor": "é 😀"})["cursor"] == "é 😀"


def test_an_error_crosses_the_wire_as_itself_and_an_unknown_one_as_a_remote_error():
    error = identity.errors.TooManyTries(retry_after_s=4)
    again = ServiceError.from_wire(error.to_wire())
    assert type(again) is identity.errors.TooManyTries
    assert again.say("fr") == error.say("fr")
    assert isinstance(ServiceError.from_wire({"code": "of_a_later_version", "params": {}}), RemoteError)


def test_every_error_has_words_in_both_languages():
    for error in ServiceError.by_code.values():
        assert error.title.en and error.title.fr and error.detail.en and error.detail.fr
        assert error.title.en != error.title.fr


def test_every_event_is_listened_to_by_services_that_exist():
    for event in (event for event in Event.all.values() if event.owner in OWNERS):
        assert set(event.listeners) <= OWNERS


def test_secrets_are_marked_and_never_part_of_an_event():
    for event in Event.all.values():
        assert not [name for name in event.Data.schema().fields if name in {"password", "token", "refresh_token", "access_token"}]
    assert identity.sessions.SignIn.secret_fields() == {"password"}


def test_a_record_of_tokens_or_proofs_does_not_show_them():
    shown = [
        f"{record.__qualname__}.{field.name}"
        for record in records_of(Record)
        for field in dataclasses.fields(record)
        if field.repr and SECRET.search(field.name) and field.type in (str, str | None, dict[str, Any], dict[str, Any] | None)
    ]
    assert shown == []
    assert "let in" not in repr(identity.shapes.AccessToken(access_token="let in", token_type="Bearer", expires_in=1))


def records_of(base):
    """Gives the records of contracts, at every depth."""
    for record in base.__subclasses__():
        if record.__module__.startswith("services.contracts."):
            yield record
        yield from records_of(record)


def test_an_owner_is_declared_and_does_not_follow_where_a_contract_lies():
    assert Nest.owner == "nest"
    deeper = {"__module__": "services.contracts.billing.some.room", "__doc__": "Is deep within.", "access": ANYONE}
    assert type("Deep", (Call,), deeper).owner == "billing"
    Call.all.pop(("billing", "deep"))
    with pytest.raises(UndeclaredContract, match=r"services\.newcomer"):
        type("Deep", (Call,), deeper | {"__module__": "services.newcomer.contracts.billing"})


def test_a_contract_says_what_it_does():
    with pytest.raises(UndeclaredContract):

        class Silent(Call):
            access = ANYONE


class Shown(Record):
    """What anyone sees."""

    name: str
    parts: list[Inner] = of(default=list)


class ShownToSome(Shown):
    """What some see beside."""

    account: str


class Show(Call):
    """Tries answers."""

    access = ANYONE
    views = ((SIGNED_IN, ShownToSome),)
    Reply = Shown


def test_an_answer_is_a_record_at_every_depth_and_what_a_later_version_tells_is_dropped():
    told = {"name": "Roy", "parts": [{"a": 1, "new": 2}], "newer": 3}
    assert Show.read_reply(told) == Shown(name="Roy", parts=[Inner(a=1)])
    with pytest.raises(Invalid):
        Show.read_reply({"parts": []})


def test_an_answer_that_shows_some_more_is_a_record_of_theirs():
    told = Show.read_reply({"name": "Roy", "account": "a", "parts": []})
    assert told == ShownToSome(name="Roy", account="a") and type(told) is ShownToSome
    assert type(Show.read_reply({"name": "Roy"})) is Shown


def test_a_view_shows_all_that_the_answer_of_everybody_shows():
    body = {"__module__": __name__, "__doc__": "Shows less.", "access": ANYONE, "Reply": Shown, "views": ((SIGNED_IN, Inner),)}
    with pytest.raises(UndeclaredContract, match="does not show all"):
        type("Less", (Call,), body)
