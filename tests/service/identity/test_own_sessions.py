"""Seeing where one is signed in, and ending that from afar."""

from datetime import timedelta

import eventlet
import pytest
from sqlalchemy import func, select, update

from services.common.kernel.caller import Caller
from services.common.kernel.errors import NotFound, Unauthenticated
from services.common.kernel.ids import new_id
from services.contracts import identity as contracts
from services.identity.models import SignInSession
from tests.support.actors.identity_people import EMAIL, PASSWORD, add_person, caller_of, refresh, running_sessions, sign_in, trail


@pytest.fixture
def identity(system):
    """A running identity service with two people."""
    system.start("identity")
    system.ana = add_person(system)
    add_person(system, "tom@example.org")
    return system


def sign_in_on(system, device, address="203.0.113.9"):
    return system.call(contracts.sessions.SignIn, Caller(address=address, device=device), login=EMAIL, password=PASSWORD)


def listed(system, tokens):
    return system.call(contracts.sessions.ListSessions, caller_of(system, tokens))["sessions"]


def end(system, tokens, session_id):
    system.call(contracts.sessions.EndSession, caller_of(system, tokens), session_id=session_id)


def test_one_sees_where_one_is_signed_in_and_on_what_the_session_in_use_first(identity):
    telephone = sign_in_on(identity, "Firefox on Android", "2001:db8::7")
    sign_in_on(identity, "Safari on a tablet")
    laptop = sign_in_on(identity, "Firefox on Linux")
    refresh(identity, telephone)
    sign_in(identity, "tom@example.org")
    sessions = listed(identity, laptop)
    assert [one["device"] for one in sessions] == ["Firefox on Linux", "Firefox on Android", "Safari on a tablet"]
    assert [one["current"] for one in sessions] == [True, False, False]
    assert sessions[1]["address"] == "2001:db8::7"
    assert sessions[1]["last_seen_at"] > sessions[1]["begun_at"]
    assert sessions[0]["id"] == caller_of(identity, laptop).session_id


def test_a_session_ended_from_afar_gets_no_more_tokens_and_is_no_longer_listed(identity):
    mine, lost = sign_in(identity), sign_in(identity)
    session_id = caller_of(identity, lost).session_id
    end(identity, mine, session_id)
    end(identity, mine, session_id)
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, lost)
    assert [one["current"] for one in listed(identity, mine)] == [True]
    (entry,) = trail(identity, "session:end")
    assert (entry.actor, entry.subject) == (f"account/{identity.ana}", f"session/{session_id}")


def test_nobody_ends_the_session_of_somebody_else(identity):
    mine, toms = sign_in(identity), sign_in(identity, "tom@example.org")
    for session_id in (caller_of(identity, toms).session_id, new_id()):
        with pytest.raises(NotFound):
            end(identity, mine, session_id)
    refresh(identity, toms)


def test_all_others_are_ended_at_once_and_counted_and_the_one_in_use_goes_on(identity):
    others, mine, toms = [sign_in(identity) for _ in range(2)], sign_in(identity), sign_in(identity, "tom@example.org")
    assert identity.call(contracts.sessions.EndOtherSessions, caller_of(identity, mine)) == {"ended": 2}
    for tokens in others:
        with pytest.raises(contracts.errors.SessionEnded):
            refresh(identity, tokens)
    assert identity.call(contracts.sessions.EndOtherSessions, caller_of(identity, refresh(identity, mine))) == {"ended": 0}
    refresh(identity, toms)
    assert trail(identity, "session:end-all")[0].after["ended"] == 2


def test_of_two_sessions_that_end_each_other_at_once_one_stays(identity):
    both = [caller_of(identity, sign_in(identity)) for _ in range(2)]

    def end_others(caller):
        try:
            return identity.call(contracts.sessions.EndOtherSessions, caller)["ended"]
        except Unauthenticated:
            return "ended"

    answers = [thread.wait() for thread in [eventlet.spawn(end_others, caller) for caller in both]]
    assert sorted(map(str, answers)) == ["1", "ended"]
    assert running_sessions(identity, identity.ana) == 1


def test_sessions_that_ran_out_are_not_listed(identity):
    sign_in(identity)
    with identity.session("identity") as session:
        session.execute(update(SignInSession).values(expires_at=func.now() - timedelta(seconds=1)))
    assert len(listed(identity, sign_in(identity))) == 1


def test_of_more_sessions_than_one_may_have_at_once_the_oldest_ends_and_the_list_says_how_many(system):
    system.start("identity", SESSIONS_AT_ONCE="3")
    system.ana = add_person(system)
    oldest, *others = [sign_in(system) for _ in range(3)]
    oldest = refresh(system, oldest)  # used last, and begun first all the same
    newest = sign_in(system)
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(system, oldest)
    for tokens in others:
        refresh(system, tokens)
    listed_now = system.call(contracts.sessions.ListSessions, caller_of(system, newest))
    assert (len(listed_now["sessions"]), listed_now["at_once"]) == (3, 3)
    assert running_sessions(system, system.ana) == 3
    assert [entry.subject for entry in trail(system, "session:end")] == [f"session/{caller_of(system, oldest).session_id}"]


def test_sign_ins_at_once_leave_no_more_sessions_than_one_may_have(system):
    system.start("identity", SESSIONS_AT_ONCE="2")
    system.ana = add_person(system)
    for thread in [eventlet.spawn(sign_in, system) for _ in range(4)]:
        thread.wait()
    assert running_sessions(system, system.ana) == 2


def test_a_person_may_end_the_session_in_use_as_well(identity):
    mine = sign_in(identity)
    end(identity, mine, caller_of(identity, mine).session_id)
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, mine)
    with identity.session("identity") as session:
        assert session.scalar(select(func.count()).select_from(SignInSession)) == 1
