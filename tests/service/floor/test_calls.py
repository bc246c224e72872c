"""Calls over the real bus: access, errors, deadlines, idempotency."""

import eventlet
import pytest
from eventlet.event import Event
from sqlalchemy import select

from services.common.kernel.caller import Caller
from services.common.kernel.contract import Call
from services.common.kernel.errors import (
    Forbidden,
    IdempotencyKeyReused,
    Invalid,
    OutcomeUnknown,
    RemoteError,
    Unauthenticated,
    Unavailable,
)
from services.common.kernel.records import Record
from services.common.persistence.tables import audit, outbox
from tests.support.contracts import tiny
from tests.support.tiny import TinyService
from tests.support.waiting import NEVER_S, in_patience, until


@pytest.fixture
def tiny_house(system):
    system.start_class(TinyService, "tiny")
    return system


def test_a_call_is_answered_with_what_its_contract_shows(tiny_house):
    caller = tiny_house.caller("tester", language="fr")
    reply = tiny_house.call(tiny.Echo, caller, text="été")
    assert reply == {"text": "été", "account_id": caller.account_id, "language": "fr"}


def test_a_call_that_breaks_its_contract_is_refused_naming_the_field(tiny_house):
    with pytest.raises(Invalid) as refusal:
        tiny_house.call(tiny.Echo, tiny_house.anonymous, text="x" * 101)
    assert refusal.value.params["errors"] == [{"field": "text", "code": "too_long 100"}]


def test_the_service_checks_the_contract_itself_and_drops_what_it_does_not_know(tiny_house):
    ask = tiny_house._client.ask
    assert ask("tiny.echo", {"text": "a", "added_later": 1}, {}, 5)["text"] == "a"
    with pytest.raises(Invalid):
        ask("tiny.echo", {"text": 3}, {}, 5)


def test_nobody_calls_without_a_sign_in_or_the_declared_role(tiny_house):
    with pytest.raises(Unauthenticated):
        tiny_house.call(tiny.Fail, tiny_house.anonymous, how="typed")
    with pytest.raises(Forbidden):
        tiny_house.call(tiny.Fail, tiny_house.caller("applicant"), how="typed")


def test_a_forged_token_is_refused_even_on_a_public_call(tiny_house):
    real = tiny_house.caller("tester").token
    forged = Caller(token=real[:-6] + ("AAAAAA" if not real.endswith("AAAAAA") else "BBBBBB"))
    with pytest.raises(Unauthenticated):
        tiny_house.call(tiny.Echo, forged, text="a")


def test_a_typed_error_arrives_as_itself_with_words_in_both_languages(tiny_house):
    with pytest.raises(tiny.TooTiny) as refusal:
        tiny_house.call(tiny.Fail, tiny_house.caller("tester"), how="typed")
    assert refusal.value.say("en") == "1 is too tiny."
    assert refusal.value.say("fr") == "1, c’est trop petit."


def test_a_crash_tells_the_caller_nothing_of_its_words_and_the_service_goes_on(tiny_house):
    with pytest.raises(RemoteError) as refusal:
        tiny_house.call(tiny.Fail, tiny_house.caller("tester"), how="crash")
    assert "secret" not in str(refusal.value.to_wire())
    assert tiny_house.call(tiny.Echo, tiny_house.anonymous, text="still here")["text"] == "still here"


@pytest.fixture
def gate(monkeypatch):
    """What the handlers of `held` calls wait at, until a test opens it."""
    monkeypatch.setattr(TinyService, "held", [])
    monkeypatch.setattr(TinyService, "gate", Event(), raising=False)
    return TinyService.gate


def test_a_call_does_not_wait_longer_than_its_deadline(tiny_house, gate):
    with in_patience(), pytest.raises(OutcomeUnknown):
        tiny_house.call(tiny.Fail, tiny_house.caller("tester"), how="held", _deadline_s=0.3)
    gate.send()


def test_an_absent_service_is_an_error_at_once(system):
    with in_patience(), pytest.raises(Unavailable):
        system.call(tiny.Echo, system.anonymous, text="is anybody there?", _deadline_s=NEVER_S)


def test_a_stopped_service_answers_nothing_late(tiny_house):
    tiny_house.kill("tiny")
    with pytest.raises(OutcomeUnknown):
        tiny_house._client.call(tiny.Put, tiny_house.caller("tester"), thing="stale", _deadline_s=0.3)
    tiny_house.start_class(TinyService, "tiny")
    tiny_house.settle()
    with tiny_house.session("tiny") as session:
        assert session.execute(select(outbox)).all() == []


def test_a_graceful_stop_answers_the_calls_under_way(tiny_house, gate):
    caller = tiny_house.caller("tester")
    answer = eventlet.spawn(tiny_house.call, tiny.Fail, caller, how="held")
    until(lambda: TinyService.held, "the call, under way")
    stopping = eventlet.spawn(tiny_house.stop, "tiny")
    eventlet.sleep(0)
    gate.send()
    stopping.wait()
    assert answer.wait() == {}


def test_a_use_case_that_fails_leaves_nothing_behind(tiny_house):
    with pytest.raises(RemoteError):
        tiny_house.call(tiny.Put, tiny_house.caller("tester"), thing="broken")
    with tiny_house.session("tiny") as session:
        assert session.execute(select(outbox)).all() == []
        assert session.execute(select(audit)).all() == []


def test_the_same_idempotency_key_is_the_same_command(tiny_house):
    caller = tiny_house.caller("tester")
    ask = lambda: tiny_house.call(tiny.Put, caller, _key="k1", thing="cup")["event_id"]  # noqa: E731
    answers = [each.wait() for each in [eventlet.spawn(ask) for _ in range(8)]]
    assert len(set(answers)) == 1
    assert len(tiny_house.announced(tiny.ThingPut)) == 1


def test_an_idempotency_key_belongs_to_one_caller_and_one_request(tiny_house):
    caller = tiny_house.caller("tester")
    first = tiny_house.call(tiny.Put, caller, _key="k1", thing="cup")
    assert tiny_house.call(tiny.Put, tiny_house.caller("tester"), _key="k1", thing="cup") != first
    with pytest.raises(IdempotencyKeyReused):
        tiny_house.call(tiny.Put, caller, _key="k1", thing="plate")


def test_a_contract_without_declared_access_cannot_be_written():
    with pytest.raises(TypeError, match="does not say who may call it"):

        class Undeclared(Call):
            """Says nothing of who may call it."""

            __module__ = tiny.__name__

            class Request(Record):
                """Nothing."""
