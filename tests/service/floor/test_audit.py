"""The audit trail: complete, chained, and out of the service's own reach."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from services.common.persistence import audit_trail
from tests.support.contracts import tiny
from tests.support.tiny import TinyService


@pytest.fixture
def audited(system):
    system.start_class(TinyService, "tiny")
    for number in range(5):
        system.call(tiny.Put, system.caller("tester"), thing=f"cup-{number}")
    return system


def test_an_act_is_kept_with_who_what_and_its_correlation_id(audited):
    caller = audited.caller("tester")
    audited.call(tiny.Put, caller, thing="plate")
    with audited.session("tiny") as session:
        row = session.execute(text("SELECT * FROM audit ORDER BY position DESC LIMIT 1")).mappings().one()
    assert (row["actor"], row["action"], row["subject"]) == (f"account/{caller.account_id}", "thing:put", "thing/plate")
    assert (row["after"], row["correlation_id"]) == ({"thing": "plate"}, caller.correlation_id)


def test_an_untouched_chain_is_whole(audited):
    with audited.session("tiny") as session:
        assert audit_trail.length(session) == 5
        assert audit_trail.first_broken_link(session) is None


@pytest.mark.parametrize(
    "tampering",
    [
        'UPDATE audit SET after = \'{"thing": "other"}\' WHERE position = 3',
        "UPDATE audit SET actor = 'somebody' WHERE position = 3",
        "DELETE FROM audit WHERE position = 3",
        "UPDATE audit SET hash = sha256('x') WHERE position = 3",
    ],
)
def test_tampering_is_found_at_its_place(audited, tampering):
    with audited.session("tiny") as session:
        session.execute(text(tampering))
        assert audit_trail.first_broken_link(session) in {3, 4}


@pytest.mark.parametrize(
    ("tampering", "position", "fault"),
    [
        ("DELETE FROM audit WHERE position = 3", 3, audit_trail.MISSING),
        ("UPDATE audit SET previous_hash = sha256('x') WHERE position = 3", 3, audit_trail.NOT_LINKED),
        ("UPDATE audit SET hash = sha256('x') WHERE position = 2", 2, audit_trail.CHANGED),
        ("UPDATE audit SET correlation_id = 'another' WHERE position = 5", 5, audit_trail.CHANGED),
        ("UPDATE audit SET position = 9 WHERE position = 5", 5, audit_trail.MISSING),
    ],
)
def test_a_walk_says_where_it_ends_and_what_is_wrong_there(audited, tampering, position, fault):
    with audited.session("tiny") as session:
        session.execute(text(tampering))
        walked = audit_trail.walk(session, audit_trail.Walked(), most=100)
    assert (walked.broken, walked.fault, walked.position, walked.at_end) == (position, fault, position - 1, False)


def test_a_walk_in_parts_comes_to_the_same_end_as_one_in_one_piece(audited, monkeypatch):
    monkeypatch.setattr(audit_trail, "AT_ONCE", 2)
    with audited.session("tiny") as session:
        whole, here, parts = audit_trail.walk(session, audit_trail.Walked(), most=100), audit_trail.Walked(), 0
        while not here.at_end:
            here, parts = audit_trail.walk(session, here, most=3), parts + 1
    assert (here.position, here.hash, here.broken, whole.entries, parts) == (5, whole.hash, None, 5, 2)


@pytest.mark.parametrize(
    ("tampering", "fault"),
    [
        ("DELETE FROM audit WHERE position >= 4", audit_trail.HEAD_MISSING),
        ("UPDATE audit SET hash = sha256('x') WHERE position = 4", audit_trail.HEAD_CHANGED),
    ],
)
def test_who_kept_an_end_sees_that_the_chain_was_cut_off_or_rewritten_before_it(audited, tampering, fault):
    with audited.session("tiny") as session:
        kept = audit_trail.walk(session, audit_trail.Walked(), most=4)
        session.execute(text(tampering))
        walked = audit_trail.walk(session, kept, most=100)
    assert (walked.broken, walked.fault) == (4, fault)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'x'",
        "UPDATE audit SET position = position + 1",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "DROP TABLE audit",
        "ALTER TABLE audit DROP CONSTRAINT ck_audit_position",
        "ALTER TABLE audit DISABLE TRIGGER ALL",
        "ALTER TABLE audit OWNER TO CURRENT_USER",
        "CREATE RULE away AS ON INSERT TO audit DO INSTEAD NOTHING",
        "CREATE TRIGGER away BEFORE INSERT ON audit EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "INSERT INTO audit SELECT * FROM audit LIMIT 1 ON CONFLICT (position) DO UPDATE SET actor = 'x'",
    ],
)
def test_the_service_itself_cannot_change_its_audit_trail(audited, statement):
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        audited.session("tiny", as_service=True) as session,
    ):
        session.execute(text(statement))


ROW_OF_ITS_OWN = """
INSERT INTO audit (position, at, actor, action, subject, correlation_id, previous_hash, hash)
VALUES (:position, now(), 'account/of-somebody', 'thing:put', 'thing/forged', 'c', sha256('a'), sha256('b'))
"""


@pytest.mark.parametrize("position", [0, -1, -(2**63)])
def test_the_service_itself_cannot_write_before_the_first_entry(audited, position):
    with pytest.raises(IntegrityError, match="ck_audit_position"), audited.session("tiny", as_service=True) as session:
        session.execute(text(ROW_OF_ITS_OWN), {"position": position})


@pytest.mark.parametrize("position", [0, -7])
def test_an_entry_before_the_first_is_found_where_nothing_refused_it(audited, position):
    with audited.session("tiny") as session:
        session.execute(text("ALTER TABLE audit DROP CONSTRAINT ck_audit_position"))
        session.execute(text(ROW_OF_ITS_OWN), {"position": position})
        walked = audit_trail.walk(session, audit_trail.Walked(), most=100)
        assert audit_trail.first_broken_link(session) == position
    assert (walked.broken, walked.fault, walked.position, walked.at_end) == (position, audit_trail.BEFORE_FIRST, 0, False)


@pytest.mark.parametrize(
    ("position", "fault"), [(6, audit_trail.NOT_LINKED), (9, audit_trail.MISSING), (2**63 - 1, audit_trail.MISSING)]
)
def test_an_entry_that_was_not_made_by_the_trail_is_found_at_its_place(audited, position, fault):
    with audited.session("tiny", as_service=True) as session:
        session.execute(text(ROW_OF_ITS_OWN), {"position": position})
        walked = audit_trail.walk(session, audit_trail.Walked(), most=100)
    assert (walked.broken, walked.fault) == (6, fault)


def test_the_service_itself_cannot_write_an_entry_twice(audited):
    with pytest.raises(IntegrityError, match="pk_audit"), audited.session("tiny", as_service=True) as session:
        session.execute(text(ROW_OF_ITS_OWN), {"position": 3})


def test_many_at_once_make_one_chain_without_gaps(audited):
    import eventlet

    for greenlet in [eventlet.spawn(audited.call, tiny.Put, audited.caller("tester"), thing=f"t{n}") for n in range(30)]:
        greenlet.wait()
    with audited.session("tiny") as session:
        assert audit_trail.length(session) == 35
        assert audit_trail.first_broken_link(session) is None
