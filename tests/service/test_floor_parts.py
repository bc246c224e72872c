"""Calls, events, relay and timers of one service, in one process or apart."""

import dataclasses

import environs
import eventlet
import pytest
from eventlet.event import Event
from sqlalchemy import func, select

from services.common.errors import OutcomeUnknown, Unavailable
from services.common.events import handles
from services.common.launch import make_container
from services.common.settings import CALLS, EVENTS, RELAY, Settings
from services.common.tables import inbox, outbox
from tests.support.contracts import tiny
from tests.support.tiny import TinyService


class HeldService(TinyService):
    """The tiny service, whose handlers wait until the test lets them go."""

    name = "tiny"
    gate: Event

    @handles(tiny.ThingPut)
    def see_thing(self, work, fact):
        """Waits at the gate."""
        self.gate.wait()
        work.announce(tiny.ThingSeen, thing=fact.thing)


def start(house, *parts, cls=TinyService):
    # The pool as the product has it: larger than the share of the events, so that some of it is always left to calls.
    settings = dataclasses.replace(house.settings("tiny", "tiny"), parts=frozenset(parts), database_pool=Settings.database_pool)
    container = make_container(cls, settings)
    container.start()
    house.containers["-".join(parts)] = container
    house._until_ready(container)


def count(house, what):
    with house.session("tiny") as session:
        return session.execute(select(func.count()).select_from(what)).scalar()


def test_each_part_does_its_own_and_nothing_else(house):
    start(house, CALLS)
    house.call(tiny.Put, house.caller("tester"), thing="cup")
    eventlet.sleep(1.5)
    assert [fact for fact in house.heard if fact.type == "ThingPut"] == []
    start(house, RELAY)
    house.announced(tiny.ThingPut)
    eventlet.sleep(0.5)
    assert count(house, inbox) == 0
    start(house, EVENTS)
    assert house.announced(tiny.ThingSeen)[0].data == {"thing": "cup"}
    assert count(house, outbox) == 2


def test_a_process_without_calls_leaves_them_alone(house):
    start(house, EVENTS, RELAY)
    with pytest.raises((Unavailable, OutcomeUnknown)):
        house.call(tiny.Echo, house.anonymous, text="a")


def test_slow_events_do_not_keep_calls_waiting(house):
    HeldService.gate = Event()
    start(house, CALLS, EVENTS, RELAY, cls=HeldService)
    for number in range(60):
        house.publish(tiny.ThingPut, thing=str(number))
    eventlet.sleep(0.5)
    for _ in range(10):
        house.call(tiny.Echo, house.anonymous, text="a")
        house.call(tiny.Put, house.caller("tester"), thing="late")
    assert [fact for fact in house.heard if fact.type == "ThingSeen"] == [], "the handlers were to be busy all the while"
    HeldService.gate.send()
    house.announced(tiny.ThingSeen, 70, within_s=30)


def test_a_part_that_there_is_not_is_refused(monkeypatch):
    monkeypatch.setenv("AMQP_URI", "amqp://127.0.0.1:1")
    monkeypatch.setenv("PARTS", "calls,relay")
    assert Settings.from_environment("tiny").parts == {CALLS, RELAY}
    monkeypatch.setenv("PARTS", "calls,evnts")
    with pytest.raises(environs.EnvError, match="PARTS"):
        Settings.from_environment("tiny")
