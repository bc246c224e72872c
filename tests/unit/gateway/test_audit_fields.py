"""Before and after of the audit trail as people read them."""

from datetime import UTC, datetime

import pytest

from gateway.portal.staff.administration.audit_fields import Reader
from services.common.duties.audit_calls import AuditEntry
from services.common.kernel import clock
from services.common.kernel.ids import new_id
from services.contracts.college import load_college
from tests.support.places import ROOT

COLLEGE = load_college(ROOT / "deploy/colleges/crpo").at(clock.now())
ID = str(new_id())


def read(after, language="en", action="thing:do", subject="thing/1", names=None, fields=None):
    """The rows of an entry's after."""
    reader = Reader(language, COLLEGE, names or {}, fields or {})
    return dict(reader.rows(entry(action, subject, after), after))


def entry(action, subject, after):
    """An entry of somebody's act that had nothing before."""
    return AuditEntry(
        position=1,
        at=datetime(2026, 11, 23, tzinfo=UTC),
        actor=f"account/{ID}",
        address=None,
        action=action,
        subject=subject,
        before=None,
        after=after,
        correlation_id="c-1",
        hash="0" * 64,
    )


def test_nothing_said_is_no_row():
    assert Reader("en", COLLEGE, {}, {}).rows(entry("a:b", "a/1", {}), None) == []


def test_money_stands_with_its_currency_and_days_and_instants_as_the_language_writes_them():
    after = {
        "total": "362.73",
        "currency": "CAD",
        "registered_on": "2026-12-01",
        "reset_required_at": "2026-11-23T19:07:00+00:00",
    }
    assert read(after) == {
        "Total": ["$362.73"], "Registered on": ["December 1, 2026"], "New password needed since": ["November 23, 2026, 2:07\u202fp.m."],
    }  # fmt: skip
    assert list(read(after, "fr").values()) == [["362,73\xa0$"], ["1er décembre 2026"], ["23 novembre 2026, 14 h 07"]]


@pytest.mark.parametrize(("language", "state"), [("en", "In review"), ("fr", "En cours d’examen")])
def test_a_state_is_that_of_what_the_entry_is_about(language, state):
    assert [state] in read({"state": "in_review"}, language, subject="application/1").values()
    assert read({"state": "refused"}, subject="document/1") == {"State": ["Not accepted"]}
    assert read({"state": "refused"}, subject="access-request/1") == {"State": ["Refused"]}


def test_ids_are_called_what_is_known_of_them():
    names = {ID: "A-0000006-I (Ana Zola)"}
    assert read({"account_id": ID, "shown": [ID, "x"]}, names=names) == {"Account": [names[ID]], "Shown": [names[ID], "x"]}
    assert read({"account_id": ID}) == {"Account": [ID]}


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("note", "0001-01-01T00:00+00:00"),
        ("note", f"Paid twice, see application/{ID}"),
        ("resolved_note", "not-ok"),
        ("name", "jean-luc"),
        ("reason", "2026-12-01"),
    ],
)
def test_what_people_wrote_is_shown_as_they_wrote_it(key, written):
    assert list(read({key: written}, names={ID: "A-0000006-I (Ana Zola)"}).values()) == [[written]]


@pytest.mark.parametrize("instant", ["0001-01-01T00:00+00:00", "9999-12-31T23:59-12:00"])
def test_an_instant_that_the_zone_of_the_college_does_not_have_is_shown_as_it_is(instant):
    assert read({"some_time": instant}) == {"Some time": [instant]}


def test_a_reason_that_is_a_code_is_told_in_words():
    assert read({"reason": "wrong_password"}, action="sign-in:refuse") == {"Reason": ["Wrong password"]}


def test_facts_with_results_lists_and_parts_are_lines_and_rows_and_never_raw():
    checks = [{"fact": "legal_name", "result": "matches"}, {"fact": "phone", "result": "differs"}]
    assert read({"checks": checks}) == {"Checked facts": ["Legal name – Matches", "Telephone number – Differs"]}
    assert read({"asked": {"action": "application:read"}, "roles": ["registrar"], "shown": [], "left": [{"a_b": 1, "c": None}]}) == {
        "Looked for – Action": ["application:read"], "Roles": ["Registrar"], "Shown": ["–"], "Recovery codes left": ["A b – 1, C – –"],
    }  # fmt: skip


def test_what_is_not_known_is_told_in_its_own_words():
    assert read({"some_new_key": "a_new_code", "other-key": True, "third": None, "fourth": "As typed_by people."}) == {
        "Some new key": ["A new code"], "Other key": ["Yes"], "Third": ["–"], "Fourth": ["As typed_by people."],
    }  # fmt: skip


def test_changed_answers_are_told_as_the_form_asks_them():
    field = {"code": "phone", "label": {"en": "Telephone", "fr": "Téléphone"}, "type": "text", "choices": []}
    after = {"phone": "416 555-0123", "gone_field": "x"}
    shown = read(after, "fr", action="application:amend", fields={"phone": field})
    assert shown == {"Téléphone": ["416 555-0123"], "Gone field": ["x"]}
    assert read({"fields": ["phone"]}, action="application:fill-in", fields={"phone": field}) == {
        "Fields of the form": ["Telephone"]
    }
