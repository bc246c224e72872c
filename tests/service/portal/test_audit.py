"""The audit trail as a page and a file: in words, and with the names of people and records."""

import re
from urllib.parse import quote

import pytest

from gateway.context import Context
from services.common.kernel import clock
from services.common.kernel.errors import Forbidden
from services.common.kernel.references import Numbering
from services.common.persistence.audit_trail import AuditEntry, append
from services.contracts.applications import applicant, review
from tests.support.actors.applications_journey import Staff
from tests.support.actors.cookie_browser import LANGUAGE
from tests.support.actors.identity_people import add_person
from tests.support.actors.staff_desk import an_office, rows_of
from tests.support.pages.html_pages import read_page

CALLED = "A0000017 (Amélie Tremblay-Ōta)"


@pytest.fixture
def office(system):
    """A registrar's browser before the real applications service."""
    return an_office(system)


def test_who_looked_at_a_record_is_found_by_the_link_on_its_page(office):
    page = read_page(office.get(f"/staff/applications/{office.person.id}"), "en")
    [trail] = [one["href"] for one in page.all("a") if one["href"].startswith("/staff/audit?")]
    found = read_page(office.get(trail), "en")
    assert "application:read" in found.text and "You" in found.text and CALLED in found.text
    rows = rows_of(office.get(trail.replace("/staff/audit", "/staff/audit.csv") + "&action=application:read"))
    assert rows[1][1:4] == ["You", "application:read", CALLED]
    assert rows[1][-4:-2] == [f"account/{office.caller.account_id}", f"application/{office.person.id}"]
    for typed in ("A0000017", "a0000017", "AMELIE"):
        meant = read_page(office.get(f"/staff/audit?service=applications&subject={quote(typed)}"), "en")
        assert f"/staff/applications/{office.person.id}" in [one["href"] for one in meant.all("a")], typed
    assert str(office.caller.account_id) not in found.text and str(office.person.id) not in found.text
    wrong = office.get("/staff/audit?service=applications&since=yesterday")
    assert wrong.status_code == 422 and "#since" in [one.get("href") for one in read_page(wrong, "en").all("a")]
    assert "There is no such entry" in office.get("/staff/audit?service=applications&subject=nothing").text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_trail_says_before_and_after_in_words_and_calls_people_and_records_by_name(office, language):
    office.cookies[LANGUAGE] = language
    Staff(office.system).step(review.Decide, office.person.id, decision="refused", reasons="No.")
    office.post(f"/staff/applications/{office.person.id}/assignment", mine="yes")
    page = read_page(office.get("/staff/audit?service=applications&subject=A0000017&order=newest"), language)
    states = {
        "en": ("In review", "Refused", "Assigned to", "You"),
        "fr": ("En cours d’examen", "Refusée", "Responsable", "Vous"),
    }[language]
    assert all(word in page.text for word in states) and "{" not in page.text
    assert not re.search(r"\bin_review", page.text) and str(office.caller.account_id) not in page.text
    _header, *rows = rows_of(office.get("/staff/audit.csv?service=applications&subject=A0000017&action=application:refuse"))
    label = {"en": "State: {}", "fr": "État\xa0: {}"}[language]
    assert [row[5:7] for row in rows] == [[label.format(states[0]), label.format(states[1])]]


def test_changed_answers_are_in_the_trail_as_the_form_asks_them(office):
    staff, person = Staff(office.system), office.person
    items = [{"field": "phone", "requirement": None, "reason": "Which one?"}]
    staff.step(review.RequestMore, person.id, items=items)
    person.save("personal_information", phone="416 555-0199")
    page = read_page(office.get("/staff/audit?service=applications&action=application:amend"), "en")
    form = office.system.call(applicant.GetForm, person.caller)["pages"]
    [label] = [one["label"]["en"] for part in form for one in part["fields"] if one["code"] == "phone"]
    assert label in page.text and "416 555-0199" in page.text.replace("+1 ", "").replace("(416)", "416")


def test_an_account_is_called_by_its_reference_in_every_part_of_the_trail_and_asked_for_once(office, monkeypatch):
    system = office.system
    system.start("identity")
    add_person(system, "amelie@example.org", account_id=office.person.account_id, application_id="A0000017")
    with system.session("identity") as session:
        for number in range(30):
            entry = AuditEntry(
                clock.now(), f"account/{office.person.account_id}", None, "session:begin", f"session/{number}", None,
                {"account_id": office.person.account_id, "second_factor": False}, "c",
            )  # fmt: skip
            append(session, [entry])
    asked, ask = [], Context.ask
    monkeypatch.setattr(Context, "ask", lambda *parts, **values: asked.append(parts[1]) or ask(*parts, **values))
    for typed in ("amelie@example.org", "A0000017"):
        asked.clear()
        page = read_page(office.get(f"/staff/audit?service=identity&actor={quote(typed)}&action=session:begin"), "en")
        assert CALLED in page.text and str(office.person.account_id) not in page.text, typed
        assert asked.count(review.GetReferences) == (2 if "@" in typed else 1)  # of what was typed, and of all that is shown


def test_what_an_application_is_called_is_told_with_the_name_to_those_only_who_see_it_elsewhere(office):
    asked = {"account_ids": [office.person.account_id]}
    for role, named in (("registration_officer", True), ("administrator", True), ("support", False)):
        [one] = office.system.call(review.GetReferences, office.system.caller(role), **asked)["applications"]
        assert one["reference"] == "A0000017" and (one["applicant_name"] is not None) is named, role
    with pytest.raises(Forbidden):
        office.system.call(review.GetReferences, office.system.caller("billing_officer"), **asked)


@pytest.mark.parametrize(("language", "words"), [("en", "for"), ("fr", "pour")])
def test_a_delegate_is_told_with_whom_it_was_done_for(office, language, words):
    office.cookies[LANGUAGE] = language
    entry = AuditEntry(
        clock.now(), f"account/{office.caller.account_id} for account/{office.person.account_id}", None, "application:fill-in",
        f"application/{office.person.id}", None, {"fields": ["phone"]}, "c",
    )  # fmt: skip
    with office.system.session("applications") as session:
        append(session, [entry])
    page = read_page(office.get("/staff/audit?service=applications&action=application:fill-in"), language)
    form = office.system.call(applicant.GetForm, office.person.caller)["pages"]
    [label] = [one["label"][language] for part in form for one in part["fields"] if one["code"] == "phone"]
    you = {"en": "You", "fr": "Vous"}[language]
    assert f"{you} {words} {CALLED}" in " ".join(page.text.split()) and label in page.text


def test_an_invoice_and_a_certificate_are_looked_for_by_their_numbers_however_these_are_typed(office):
    for kind, number in (("invoice", Numbering("INV").make(7)), ("certificate", Numbering("CERT").make(7))):
        entry = AuditEntry(clock.now(), "system", None, f"{kind}:make", f"{kind}/{number}", None, {"a_key": number}, "c")
        with office.system.session("applications") as session:
            append(session, [entry])
        typed = quote(number.lower().replace("-", " "))
        page = read_page(office.get(f"/staff/audit?service=applications&subject={typed}"), "en")
        assert f"{kind}:make" in page.text and number in page.text, kind
