"""Calls, events, relay and timers of one service, in one process or apart."""

import dataclasses

import environs
import pytest
from eventlet.event import Event
from sqlalchemy import func, select

from services.common.bus.events import handles
from services.common.kernel.errors import OutcomeUnknown, Unavailable
from services.common.persistence.tables import inbox, outbox
from services.common.runtime.launch import make_container
from services.common.settings import CALLS, EVENTS, RELAY, Settings
from tests.support.contracts import tiny
from tests.support.tiny import TinyService
from tests.support.waiting import until


class HeldService(TinyService):
    """The tiny service, whose handlers wait until the test lets them go."""

    name = "tiny"
    gate: Event
    waiting = 0

    @handles(tiny.ThingPut)
    def see_thing(self, work, fact):
        """Waits at the gate."""
        HeldService.waiting += 1
        self.gate.wait()
        work.announce(tiny.ThingSeen, tiny.ThingSeen.Data(thing=fact.thing))


def start(system, *parts, cls=TinyService):
    # The pool as the product has it: larger than the share of the events, so that some of it is always left to calls.
    settings = dataclasses.replace(system.settings("tiny", "tiny"), parts=frozenset(parts), database_pool=Settings.database_pool)
    container = make_container(cls, settings)
    container.start()
    system.containers["-".join(parts)] = container
    system._until_ready(container)


def count(system, what):
    with system.session("tiny") as session:
        return session.execute(select(func.count()).select_from(what)).scalar()


def test_each_part_does_its_own_and_nothing_else(system):
    start(system, CALLS)
    system.call(tiny.Put, system.caller("tester"), thing="cup")
    system.settle()
    assert [fact for fact in system.heard if fact.type == "ThingPut"] == []
    start(system, RELAY)
    system.announced(tiny.ThingPut)
    system.settle()
    assert count(system, inbox) == 0
    start(system, EVENTS)
    assert system.announced(tiny.ThingSeen)[0].data == {"thing": "cup"}
    assert count(system, outbox) == 2


def test_a_process_without_calls_leaves_them_alone(system):
    start(system, EVENTS, RELAY)
    with pytest.raises((Unavailable, OutcomeUnknown)):
        system.call(tiny.Echo, system.anonymous, text="a", _deadline_s=0.3)


def test_slow_events_do_not_keep_calls_waiting(system):
    HeldService.gate, HeldService.waiting = Event(), 0
    start(system, CALLS, EVENTS, RELAY, cls=HeldService)
    for number in range(60):
        system.publish(tiny.ThingPut, thing=str(number))
    until(lambda: HeldService.waiting == system.settings("tiny").event_concurrency, "as many handlers as there may be at once")
    for _ in range(10):
        system.call(tiny.Echo, system.anonymous, text="a")
        system.call(tiny.Put, system.caller("tester"), thing="late")
    assert [fact for fact in system.heard if fact.type == "ThingSeen"] == [], "the handlers were to be busy all the while"
    HeldService.gate.send()
    system.announced(tiny.ThingSeen, 70)


def test_a_part_that_there_is_not_is_refused(monkeypatch):
    monkeypatch.setenv("AMQP_URI", "amqp://127.0.0.1:1")
    monkeypatch.setenv("PARTS", "calls,relay")
    assert Settings.from_environment("tiny").parts == {CALLS, RELAY}
    monkeypatch.setenv("PARTS", "calls,evnts")
    with pytest.raises(environs.EnvError, match="PARTS"):
        Settings.from_environment("tiny")
