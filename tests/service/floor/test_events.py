"""Events over the real bus: announced with their rows, handled once, retried, parked; nothing lost, nothing doubled."""

import orjson
from sqlalchemy import func, select, text

from services.common.bus.publisher import Outgoing
from services.common.bus.topology import HISTORY_HEADER, exchange_of
from services.common.persistence.tables import inbox, outbox
from tests.support.contracts import tiny
from tests.support.tiny import TinyService
from tests.support.waiting import PATIENCE_S, until


def test_an_announced_fact_reaches_its_handler_with_its_correlation_id(system):
    system.start_class(TinyService, "tiny")
    caller = system.caller("tester")
    system.call(tiny.Put, caller, thing="cup")
    [seen] = system.announced(tiny.ThingSeen)
    assert seen.data == {"thing": "cup"}
    assert seen.correlation_id == caller.correlation_id
    assert caller.token not in str(seen.__dict__)


def test_a_second_delivery_changes_nothing(system):
    system.start_class(TinyService, "tiny")
    envelope = system.publish(tiny.ThingPut, thing="cup")
    system.publish_again(envelope, times=20)
    system.announced(tiny.ThingSeen)
    system.settle()
    assert len(system.announced(tiny.ThingSeen)) == 1
    with system.session("tiny") as session:
        assert session.execute(select(func.count()).select_from(inbox)).scalar() == 1


def test_two_replicas_handle_each_event_once_between_them(system):
    system.start_class(TinyService, "tiny")
    first = system.containers.pop("tiny")
    system.start_class(TinyService, "tiny")
    for number in range(50):
        envelope = system.publish(tiny.ThingPut, thing=f"thing-{number}")
        system.publish_again(envelope)
    assert len(system.announced(tiny.ThingSeen, count=50)) == 50
    system.settle()
    assert len(system.announced(tiny.ThingSeen)) == 50
    first.stop()


def test_a_fact_that_is_not_here_yet_is_tried_again_until_it_is(system, monkeypatch):
    monkeypatch.setattr(TinyService, "known", set())
    system.start_class(TinyService, "tiny")
    system.publish(tiny.ThingPut, thing="late-cup")
    system.tried_in_vain(tiny.ThingPut)
    TinyService.known.add("late-cup")
    assert [seen.data["thing"] for seen in system.announced(tiny.ThingSeen)] == ["late-cup"]
    assert system.dead_letters("tiny") == []


def test_a_handler_that_always_fails_is_parked_with_its_history_and_leaves_no_trace(system):
    system.start_class(TinyService, "tiny")
    system.publish(tiny.ThingPut, thing="poison-cup")
    system.publish(tiny.ThingPut, thing="cup")
    assert system.announced(tiny.ThingSeen)[0].data["thing"] == "cup"
    parked = _wait_for_parked(system)
    assert len(parked.headers[HISTORY_HEADER]) == 6  # the first try and five delays
    assert parked.headers[HISTORY_HEADER][-1]["error"] == "ValueError: this never works"
    with system.session("tiny") as session:
        things = session.execute(select(outbox.c.envelope["data"]["thing"].astext)).scalars().all()
    assert things == ["cup"]


def test_a_message_that_breaks_its_contract_is_parked_at_once(system):
    system.start_class(TinyService, "tiny")
    envelope = system.publish(tiny.ThingPut, thing="x")
    system.announced(tiny.ThingSeen)
    import amqp

    for body in (b"not json", b"[]", orjson.dumps({**envelope, "id": "no"}), orjson.dumps({**envelope, "data": {"thing": 3}})):
        system._publisher.publish(
            [Outgoing(amqp.Message(body, message_id="m"), exchange_of(tiny.ThingPut), "ThingPut")], PATIENCE_S
        )
    for _ in range(4):
        assert "Malformed" in _wait_for_parked(system).headers[HISTORY_HEADER][0]["error"]


def test_nothing_announced_is_lost_while_no_relay_runs(system):
    system.start_class(TinyService, "tiny")
    system.stop("tiny")
    with system.session("tiny") as session:
        session.execute(
            text(
                "INSERT INTO outbox (event_id, type, envelope) SELECT gen_random_uuid(), 'ThingPut', jsonb_build_object('id', "
                "gen_random_uuid(), 'type', 'ThingPut', 'owner', 'tiny', 'occurred_at', now(), 'actor', 'nobody', 'correlation_id', 'c', "
                "'language', 'en', 'data', jsonb_build_object('thing', n::text)) FROM generate_series(1, 500) n"
            )
        )
    system.start_class(TinyService, "tiny")
    assert len({seen.data["thing"] for seen in system.announced(tiny.ThingSeen, count=500)}) == 500


def _wait_for_parked(system):
    kept = system.__dict__.setdefault("parked", [])
    until(lambda: kept or kept.extend(system.dead_letters("tiny")), "a parked event")
    return kept.pop(0)
