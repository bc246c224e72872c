"""Dead letters over the real bus: looked at without change, replayed and discarded with a trace, by several people at once (B7)."""

import amqp
import eventlet
import orjson
import pytest
from kombu import Connection
from sqlalchemy import select

from services.common.bus import dead_letter_queue
from services.common.bus.publisher import Outgoing
from services.common.bus.topology import DEAD_EXCHANGE, HANDLER_HEADER, HISTORY_HEADER, exchange_of
from services.common.duties.dead_letter_calls import DeadLettersBusy
from services.common.kernel import clock
from services.common.kernel.errors import Forbidden, Invalid, NotFound, NotReplayable, Unavailable
from services.common.kernel.ids import new_id
from services.common.persistence import advisory_locks
from services.common.persistence.tables import audit
from tests.support.contracts import tiny
from tests.support.tiny import TinyService
from tests.support.waiting import PATIENCE_S, in_patience, until

calls = tiny.dead_letters


@pytest.fixture
def desk(system):
    return LetterContext(system)


class LetterContext:
    """A tiny service whose poison can be mended, and somebody who may replay it."""

    def __init__(self, system):
        self.system, self.tester, self.reader = system, system.caller("tester"), system.caller("reader")
        system.start_class(TinyService, "tiny")

    def poison(self, *things):
        envelopes = [self.system.publish(tiny.ThingPut, thing=f"poison-{thing}") for thing in things]
        until(lambda: self.list()["parked"] == len(things))
        return envelopes

    def parked(self, *things):
        """Parks what always fails at once, as the end of the ladder would."""
        envelopes = []
        for thing in things:
            envelopes.append(
                {
                    "id": str(new_id()),
                    "type": "ThingPut",
                    "owner": "tiny",
                    "actor": "test",
                    "correlation_id": str(new_id()),
                    "occurred_at": clock.now().isoformat(),
                    "data": {"thing": f"poison-{thing}"},
                }
            )
            self.park(orjson.dumps(envelopes[-1]))
        return envelopes

    def park(self, body, handler="events.tiny.tiny.ThingPut"):
        history = [{"at": clock.now().isoformat(), "error": "ValueError: this never works"}] * 6
        headers = {HISTORY_HEADER: history} | ({HANDLER_HEADER: handler} if handler else {})
        message = amqp.Message(body, delivery_mode=2, application_headers=headers)
        self.system._publisher.publish([Outgoing(message, DEAD_EXCHANGE, "tiny")], PATIENCE_S)

    def list(self, **request):
        return self.system.call(calls.ListDeadLetters, self.tester, **request)

    def get(self, letter_id, caller=None):
        return self.system.call(calls.GetDeadLetter, caller or self.tester, letter_id=letter_id)

    def replay(self, letter_id, note="mended"):
        return self.system.call(calls.ReplayDeadLetter, self.tester, letter_id=letter_id, note=note)

    def discard(self, letter_id, note="not needed"):
        return self.system.call(calls.DiscardDeadLetter, self.tester, letter_id=letter_id, note=note)

    def trace(self):
        with self.system.session("tiny") as session:
            return session.execute(select(audit).where(audit.c.action.like("dead-letter:%")).order_by(audit.c.position)).all()

    def order(self):
        """The ids in the queue itself, in its order."""
        with Connection(self.system.amqp_uri) as connection:
            channel, found = connection.channel(), []
            while message := channel.basic_get("dead.tiny"):
                found.append(orjson.loads(message.body)["id"])
        return found


@pytest.fixture
def mended(monkeypatch):
    """Mends what makes the poison fail, when called."""

    def mend():
        inner = TinyService.see_thing.__wrapped__.__code__
        consts = tuple("no such thing" if const == "poison" else const for const in inner.co_consts)
        monkeypatch.setattr(TinyService.see_thing.__wrapped__, "__code__", inner.replace(co_consts=consts))

    return mend


def test_a_parked_event_is_listed_with_its_error_and_shown_with_its_history(desk):
    (envelope,) = desk.poison("cup")
    page = desk.list()
    (letter,) = page["letters"]
    assert (page["parked"], page["next_cursor"]) == (1, None)
    assert str(letter["id"]) == envelope["id"]
    assert letter["error"] == "ValueError: this never works"
    assert (letter["service"], letter["type"], letter["attempts"]) == ("tiny", "ThingPut", 6)
    assert letter["correlation_id"] == envelope["correlation_id"]
    shown = desk.get(letter["id"])
    assert [one["error"] for one in shown["history"]] == ["ValueError: this never works"] * 6
    assert desk.list(type="Other")["letters"] == []
    with pytest.raises(NotFound):
        desk.get(new_id())


def test_what_an_event_says_is_shown_only_to_those_who_may_see_it_and_that_leaves_a_trace(desk):
    (envelope,) = desk.parked("cup")
    for_tester, for_reader = desk.get(envelope["id"]), desk.get(envelope["id"], desk.reader)
    assert (for_tester["data_shown"], for_tester["data"], for_tester["content"]) == (False, None, None)
    assert (for_reader["data_shown"], for_reader["data"]) == (True, {"thing": "poison-cup"})
    (trace,) = desk.trace()
    assert (trace.action, trace.actor) == ("dead-letter:read", f"account/{desk.reader.account_id}")
    for caller in (desk.system.anonymous, desk.system.caller("applicant")):
        with pytest.raises((Forbidden, Exception)) as refused:
            desk.get(envelope["id"], caller)
        assert refused.value.status in (401, 403)


def test_a_look_changes_nothing_not_even_the_order(desk):
    ids = [envelope["id"] for envelope in desk.parked(*"abcde")]
    before = desk.order()
    assert sorted(before) == sorted(ids)
    for _ in range(3):
        desk.list()
        desk.get(ids[2])
    assert desk.order() == before


def test_many_people_look_at_once_and_each_sees_everything(desk):
    desk.parked(*"abcde")
    looks = [eventlet.spawn(desk.list) for _ in range(12)]
    assert [len(look.wait()["letters"]) for look in looks] == [5] * 12


def test_a_replay_reaches_the_handler_and_leaves_who_when_and_why(desk, mended):
    first, second = desk.parked("cup", "jug")
    mended()
    assert str(desk.replay(first["id"], "the handler was mended")["id"]) == first["id"]
    assert desk.system.announced(tiny.ThingSeen)[0].data == {"thing": "poison-cup"}
    assert [str(letter["id"]) for letter in desk.list()["letters"]] == [second["id"]]
    (trace,) = desk.trace()
    assert (trace.action, trace.subject) == ("dead-letter:replay", f"dead-letter/{first['id']}")
    assert trace.actor == f"account/{desk.tester.account_id}"
    assert trace.after == {"note": "the handler was mended"}
    assert "poison-cup" not in str(trace)
    with pytest.raises(NotFound):
        desk.replay(first["id"])


def test_a_replay_that_fails_climbs_the_whole_ladder_again_and_keeps_its_history(desk):
    (envelope,) = desk.poison("cup")
    desk.replay(envelope["id"])
    until(lambda: desk.list()["parked"] == 1)
    shown = desk.get(envelope["id"])
    assert shown["attempts"] == 6
    assert [one["error"] is None for one in shown["history"]] == [False] * 6 + [True] + [False] * 6


def test_a_replay_interrupted_before_the_ack_loses_nothing_and_doubles_nothing(desk, mended, monkeypatch):
    (envelope,) = desk.parked("cup")
    mended()

    def cut(look, letter):
        look._connection.collect()  # as a kill between the commit and the ack would leave it
        raise OSError("cut")

    with monkeypatch.context() as patch:
        patch.setattr(dead_letter_queue.Look, "remove", cut)
        with pytest.raises(Unavailable):
            desk.replay(envelope["id"])
    until(lambda: desk.list()["parked"] == 1)
    desk.replay(envelope["id"])
    assert desk.list()["parked"] == 0
    desk.system.settle()
    assert len(desk.system.announced(tiny.ThingSeen)) == 1
    assert [trace.action for trace in desk.trace()] == ["dead-letter:replay"] * 2


def test_a_replay_that_the_broker_does_not_take_leaves_letter_and_trail_as_they_were(desk, monkeypatch):
    (envelope,) = desk.parked("cup")

    def fail(look, letter):
        raise OSError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(dead_letter_queue.Look, "replay", fail)
        with pytest.raises(Unavailable):
            desk.replay(envelope["id"])
    assert desk.list()["parked"] == 1
    assert desk.trace() == []


def test_all_of_a_type_go_back_at_once(desk, mended):
    desk.parked(*"abc")
    desk.park(b"not json")
    mended()
    with pytest.raises(Invalid):
        desk.system.call(calls.ReplayDeadLetters, desk.tester, type="ThingPut", note="")
    done = desk.system.call(calls.ReplayDeadLetters, desk.tester, type="Nothing", note="mended")
    assert done == {"replayed": 0, "left": 0}
    done = desk.system.call(calls.ReplayDeadLetters, desk.tester, type="ThingPut", note="mended")
    assert done == {"replayed": 4, "left": 0}
    assert len(desk.system.announced(tiny.ThingSeen, count=3)) == 3
    until(lambda: desk.list()["parked"] == 1)  # what is no event is parked again
    assert len(desk.trace()) == 4


def test_a_discarded_message_is_gone_and_the_trail_says_why(desk):
    first, second = desk.parked("cup", "jug")
    desk.discard(first["id"], "a test event")
    assert [str(letter["id"]) for letter in desk.list()["letters"]] == [second["id"]]
    (trace,) = desk.trace()
    assert (trace.action, trace.after) == ("dead-letter:discard", {"note": "a test event"})
    assert trace.before["error"] == "ValueError: this never works"
    assert len(trace.before["sha256"]) == 64


def test_what_is_no_event_has_an_id_of_its_own_and_can_be_shown_and_discarded(desk):
    bodies = (b"not json", b"[]", b"\xff\x00", b'{"id":"no"}')
    for body in bodies:
        message = amqp.Message(body, message_id="m")
        desk.system._publisher.publish([Outgoing(message, exchange_of(tiny.ThingPut), "ThingPut")], PATIENCE_S)
    until(lambda: desk.list()["parked"] == 4)
    ids = {letter["id"] for letter in desk.list()["letters"]}
    assert len(ids) == 4
    assert {letter["id"] for letter in desk.list()["letters"]} == ids
    assert {desk.get(letter_id, desk.reader)["content"] for letter_id in ids} == {"not json", "[]", "\\xff\\x00", '{"id":"no"}'}
    for letter_id in ids:
        desk.discard(letter_id)
    assert desk.list() == {"letters": [], "parked": 0, "next_cursor": None}


def test_a_message_without_a_handler_of_this_service_is_never_sent_anywhere(desk):
    for handler in (None, "rpc-tiny", "events.other.tiny.ThingPut", "events.tiny.tiny.NoSuchEvent"):
        desk.park(f'"{handler}"'.encode(), handler)
    until(lambda: desk.list()["parked"] == 4)
    for letter in desk.list()["letters"]:
        with pytest.raises(NotReplayable):
            desk.replay(letter["id"])
    assert desk.list()["parked"] == 4
    assert desk.trace() == []


def test_a_message_parked_twice_is_one_to_act_on(desk):
    (envelope,) = desk.parked("cup")
    desk.park(orjson.dumps(envelope))
    until(lambda: desk.list()["parked"] == 2)
    desk.discard(envelope["id"])
    assert desk.list()["parked"] == 0


def test_pages_go_on_where_the_last_one_ended_though_others_are_gone(desk):
    desk.parked(*"abcde")
    first = desk.list(limit=2)
    desk.discard(first["letters"][1]["id"])
    second = desk.list(limit=2, cursor=first["next_cursor"])
    third = desk.list(limit=2, cursor=second["next_cursor"])
    assert len({letter["id"] for page in (first, second, third) for letter in page["letters"]}) == 5
    assert third["next_cursor"] is None


def test_the_newest_come_first_where_that_is_asked_for(desk):
    made = [letter["id"] for letter in desk.parked(*"abcde")]
    first = desk.list(order="newest", limit=2)
    rest = desk.list(order="newest", limit=3, cursor=first["next_cursor"])
    assert [str(letter["id"]) for page in (first, rest) for letter in page["letters"]] == made[::-1]


def test_at_most_so_many_are_looked_at(desk, monkeypatch):
    monkeypatch.setattr(dead_letter_queue, "MOST_LOOKED_AT", 3)
    for number in range(5):
        desk.park(f"{number}".encode())
    until(lambda: desk.list()["parked"] == 5)
    assert len(desk.list()["letters"]) == 3


def test_a_broker_that_never_answers_is_not_waited_for_longer_than_the_limit(monkeypatch):
    monkeypatch.setattr(dead_letter_queue, "LOOK_S", 0.1)
    silent = eventlet.listen(("127.0.0.1", 0))
    uri = f"amqp://a:b@127.0.0.1:{silent.getsockname()[1]}/c"
    with in_patience(), pytest.raises(Unavailable), dead_letter_queue.looking(uri, "tiny"):
        raise AssertionError("there is no connection")
    silent.close()


def test_a_turn_that_does_not_come_is_told(desk, monkeypatch):
    from services.common.duties import dead_letters

    monkeypatch.setattr(dead_letters, "WAIT_S", 0.1)
    with desk.system.session("tiny") as session:  # another replica's look
        advisory_locks.wait_for_task(session, "dead-letters")
        first = eventlet.spawn(desk.list)
        until(_of(desk, dead_letters.DeadLetters)._mine.locked, "the first one's turn")
        with pytest.raises(DeadLettersBusy):
            desk.list()
    assert first.wait()["parked"] == 0


def _of(desk, kind):
    return next(one for one in desk.system.containers["tiny"].dependencies if isinstance(one, kind))
