"""Looking into the audit trail of a service and checking its chain, by calls (B8)."""

import pytest
from sqlalchemy import select, text

from services.common.kernel.errors import Forbidden, Invalid, Unauthenticated
from services.common.persistence import audit_trail
from services.common.persistence.tables import audit as entries
from tests.support.contracts import tiny
from tests.support.tiny import TinyService

LIST, VERIFY = tiny.audit.ListAudit, tiny.audit.VerifyAudit


@pytest.fixture
def trail(system):
    """A tiny service with five entries of one person in its trail, and the person."""
    system.start_class(TinyService, "tiny")
    system.person = system.caller("tester")
    for number in range(5):
        system.call(tiny.Put, system.person, thing=f"cup-{number}", secret="nobody may read this")
    return system


def listed(system, **asked):
    return system.call(LIST, system.caller("reader"), **asked)


def test_entries_come_newest_first_a_page_at_a_time_and_none_is_shown_twice(trail):
    first = listed(trail, action="thing:put", limit=2)
    second = listed(trail, action="thing:put", limit=2, cursor=first["next_cursor"])
    third = listed(trail, action="thing:put", limit=2, cursor=second["next_cursor"])
    assert [one["position"] for page in (first, second, third) for one in page["entries"]] == [5, 4, 3, 2, 1]
    assert third["next_cursor"] is None
    oldest = listed(trail, action="thing:put", order="oldest", limit=2)
    later = listed(trail, action="thing:put", order="oldest", limit=3, cursor=oldest["next_cursor"])
    assert [one["position"] for page in (oldest, later) for one in page["entries"]] == [1, 2, 3, 4, 5]
    assert (first["service"], first["entries"][0]["after"]) == ("tiny", {"thing": "cup-4"})


def test_entries_are_found_by_subject_actor_action_and_correlation_id(trail):
    other = trail.caller("tester")
    trail.call(tiny.Put, other, thing="plate")
    for asked in (
        {"subject": "thing/plate"},
        {"actor": f"account/{other.account_id}"},
        {"correlation_id": other.correlation_id},
        {"subject": "thing/plate", "action": "thing:put"},
    ):
        [entry] = listed(trail, **asked)["entries"]
        assert (entry["subject"], entry["actor"]) == ("thing/plate", f"account/{other.account_id}")
    assert listed(trail, subject="thing/plate", actor=trail.person.name)["entries"] == []


def test_entries_are_found_by_when_they_were_made_from_the_first_instant_on_and_before_the_last(trail):
    times = [one["at"] for one in listed(trail, action="thing:put")["entries"]]
    newest, oldest = times[0], times[-1]
    assert [one["at"] for one in listed(trail, action="thing:put", since=newest)["entries"]] == [newest]
    assert [one["at"] for one in listed(trail, since=oldest, until=newest)["entries"]] == times[1:]
    assert listed(trail, until=oldest)["entries"] == []


def test_every_look_is_an_entry_itself_with_who_looked_for_what(trail):
    reader = trail.caller("reader")
    trail.call(LIST, reader, subject="thing/cup-1")
    trail.call(LIST, reader, subject="thing/none")
    with trail.session("tiny") as session:
        looks = session.execute(select(entries).where(entries.c.action == "audit:read").order_by(entries.c.position)).all()
    assert [(one.actor, one.subject) for one in looks] == [(reader.name, "audit/tiny")] * 2
    assert [one.after for one in looks] == [
        {"asked": {"subject": "thing/cup-1"}, "entries": 1, "from": 2, "to": 2},
        {"asked": {"subject": "thing/none"}, "entries": 0},
    ]


def test_nothing_secret_is_in_what_is_shown(trail):
    assert "nobody may read this" not in str(listed(trail, limit=100))


def test_a_chain_is_walked_in_as_many_calls_as_the_caller_likes(trail):
    reader, place, seen = trail.caller("reader"), {}, []
    while True:
        walked = trail.call(VERIFY, reader, most=2, **place)
        seen.append((walked["entries"], walked["position"], walked["at_end"], walked["broken"]))
        if walked["at_end"]:
            break
        place = {"from_position": walked["position"], "from_hash": walked["hash"]}
    assert seen == [(2, 2, False, None), (2, 4, False, None), (1, 5, True, None)]
    whole = trail.call(VERIFY, reader)
    assert (whole["entries"], whole["hash"], whole["service"]) == (5, walked["hash"], "tiny")


def test_the_first_broken_link_is_told_with_its_fault(trail):
    with trail.session("tiny") as session:
        session.execute(text("UPDATE audit SET actor = 'account/somebody-else' WHERE position IN (2, 4)"))
    walked = trail.call(VERIFY, trail.caller("reader"))
    assert (walked["broken"], walked["fault"], walked["position"], walked["at_end"]) == (2, audit_trail.CHANGED, 1, False)


def test_a_walk_from_an_end_that_is_gone_says_so(trail):
    reader = trail.caller("reader")
    end = trail.call(VERIFY, reader)
    with trail.session("tiny") as session:
        session.execute(text("DELETE FROM audit WHERE position > 3"))
    assert trail.call(VERIFY, reader)["broken"] is None  # the chain alone does not tell
    walked = trail.call(VERIFY, reader, from_position=end["position"], from_hash=end["hash"])
    assert (walked["broken"], walked["fault"], walked["entries"]) == (5, audit_trail.HEAD_MISSING, 0)


def test_an_empty_chain_is_whole(system):
    system.start_class(TinyService, "tiny")
    walked = system.call(VERIFY, system.caller("reader"))
    assert (walked["entries"], walked["position"], walked["at_end"], walked["broken"]) == (0, 0, True, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"from_position": 3},
        {"from_hash": "ab" * 32},
        {"from_position": 3, "from_hash": "no hash"},
        {"most": 0},
        {"most": 20_001},
    ],
)
def test_a_place_that_is_none_is_refused(trail, wrong):
    with pytest.raises(Invalid):
        trail._client.ask("tiny.verify_audit", wrong, trail.caller("reader").headers(), 10)


@pytest.mark.parametrize("cursor", ["nonsense", "WyJ4Il0", "Wy0xXQ"])
def test_a_cursor_that_is_none_is_refused_and_leaves_no_look(trail, cursor):
    with pytest.raises(Invalid):
        listed(trail, cursor=cursor)
    with trail.session("tiny") as session:
        assert session.scalars(select(entries.c.position).where(entries.c.action == "audit:read")).all() == []


@pytest.mark.parametrize("contract", [LIST, VERIFY])
def test_the_trail_is_for_auditors(trail, contract):
    with pytest.raises(Forbidden):
        trail.call(contract, trail.caller("tester"))
    with pytest.raises(Unauthenticated):
        trail.call(contract, trail.anonymous)
