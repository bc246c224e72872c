"""Calls, events, relay and timers of one service, in one process or apart."""

import dataclasses
import time

import environs
import eventlet
import pytest
from sqlalchemy import func, select

from services.common.errors import OutcomeUnknown, Unavailable
from services.common.events import handles
from services.common.launch import make_container
from services.common.settings import CALLS, EVENTS, RELAY, Settings
from services.common.tables import inbox, outbox
from tests.support.contracts import tiny
from tests.support.tiny import TinyService

SLOW_S = 2.0


class SleepyService(TinyService):
    """The tiny service, slow to hear."""

    name = "tiny"

    @handles(tiny.ThingPut)
    def see_thing(self, work, fact):
        """Takes its time."""
        eventlet.sleep(SLOW_S)
        work.announce(tiny.ThingSeen, thing=fact.thing)


def start(house, *parts, cls=TinyService):
    settings = dataclasses.replace(house.settings("tiny", "tiny"), parts=frozenset(parts))
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
    start(house, CALLS, EVENTS, RELAY, cls=SleepyService)
    for number in range(60):
        house.publish(tiny.ThingPut, thing=str(number))
    eventlet.sleep(0.2)
    took = []
    for _ in range(10):
        began = time.monotonic()
        house.call(tiny.Echo, house.anonymous, text="a")
        house.call(tiny.Put, house.caller("tester"), thing="late")
        took.append(time.monotonic() - began)
    assert sorted(took)[5] < SLOW_S / 2
    seen = [fact for fact in house.heard if fact.type == "ThingSeen"]
    assert len(seen) < 60, "the handlers were to be busy all the while"


def test_a_part_that_there_is_not_is_refused(monkeypatch):
    monkeypatch.setenv("AMQP_URI", "amqp://nowhere")
    monkeypatch.setenv("PARTS", "calls,relay")
    assert Settings.from_environment("tiny").parts == {CALLS, RELAY}
    monkeypatch.setenv("PARTS", "calls,evnts")
    with pytest.raises(environs.EnvError, match="PARTS"):
        Settings.from_environment("tiny")
