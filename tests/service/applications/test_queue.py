"""The staff's queue: whose an application is, what is looked for, and in which order it is read, over the real bus."""

import pytest
from sqlalchemy import select

from services.applications.models import Application, TimelineEntry
from services.common.kernel import clock
from services.common.kernel.errors import Forbidden, Invalid
from services.common.kernel.references import Numbering
from services.common.persistence.tables import audit
from services.contracts.applications import review, states
from tests.support.actors.applications_journey import Applicant, Staff, in_review


@pytest.fixture
def office(system):
    """Three drafts by people whose names French and bytes sort differently, and one application in review."""
    system.start("applications")
    office = Staff(system)
    office.people = {}
    for reference, last_name in (("A0000017", "Zola"), ("A0000025", "Émond"), ("A0000033", "Eaton")):
        person = office.people[last_name] = Applicant(system, reference)
        person.save("personal_information", legal_first_name="Ana", legal_last_name=last_name)
    return office


def queue(office, caller=None, **asked):
    """Everything that is found, page by page, two at a time."""
    found, cursor = [], None
    while True:
        page = office.system.call(review.ListApplications, caller or office.officer, **asked, limit=2, cursor=cursor)
        found += page["applications"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def assign(office, name, caller=None, mine=True):
    """Takes on, or gives back, the application of somebody."""
    return office.system.call(
        review.AssignApplication, caller or office.officer, application_id=office.people[name].id, mine=mine
    )


def test_an_application_that_was_taken_on_is_in_ones_own_queue_and_in_the_trail(office):
    assert queue(office, mine=True) == []
    assert assign(office, "Eaton")["assigned_to"] == office.officer.account_id
    assign(office, "Eaton")  # pressed twice
    assert [one["applicant_name"] for one in queue(office, mine=True)] == ["Ana Eaton"]
    assert queue(office, office.registrar, mine=True) == []
    page = office.system.call(review.ListApplications, office.officer)
    assert page["mine"] == 1 and page["counts"]["draft"] == 3
    with office.system.session("applications") as session:
        trail = session.scalars(select(audit.c.actor).where(audit.c.action == "application:assign")).all()
    assert trail == [f"account/{office.officer.account_id}"]


def test_a_colleague_may_take_an_application_over_and_it_may_be_given_back(office):
    assign(office, "Zola")
    assign(office, "Zola", office.registrar)
    assert queue(office, mine=True) == []
    assert office.see(office.people["Zola"].id).assigned_to == office.registrar.account_id
    assert assign(office, "Zola", office.registrar, mine=False)["assigned_to"] is None
    with pytest.raises(Forbidden):
        assign(office, "Zola", office.people["Zola"].caller)


def test_an_applicant_never_learns_who_has_taken_the_application_on(office):
    assign(office, "Zola")
    assert "assigned_to" not in office.people["Zola"].mine()


def test_names_are_found_by_any_part_and_sorted_as_french_sorts_them_over_all_pages(office):
    assert [one["applicant_name"] for one in queue(office, order="name")] == ["Ana Eaton", "Ana Émond", "Ana Zola"]
    assert [one["applicant_name"] for one in queue(office, name="ZOL")] == ["Ana Zola"]
    assert [one["applicant_name"] for one in queue(office, name="emon")] == ["Ana Émond"]  # as one types it, without the accent
    assert [one["applicant_name"] for one in queue(office, name="a", order="name")] == ["Ana Eaton", "Ana Émond", "Ana Zola"]
    assert queue(office, name="o") == []  # too short to be looked for but where a word begins
    assert queue(office, name="%") == []


def test_submissions_are_read_from_either_end_and_drafts_come_last_in_both(office):
    first, second = in_review(office.system, "A0000041"), in_review(office.system, "A0000059")
    oldest = [one["reference"] for one in queue(office, order="oldest")]
    newest = [one["reference"] for one in queue(office, order="newest")]
    assert oldest[:2] == [first.reference, second.reference] and newest[:2] == [second.reference, first.reference]
    assert len(oldest) == len(newest) == 5
    assert [one["reference"] for one in queue(office, category="rp_qualifying")] == oldest[:2]


def test_a_cursor_of_another_order_is_refused_or_begins_somewhere_but_never_breaks(office):
    by_name = office.system.call(review.ListApplications, office.officer, order="name", limit=1)["next_cursor"]
    with pytest.raises(Invalid):
        office.system.call(review.ListApplications, office.officer, order="oldest", cursor=by_name)


def finish(office, reference, state, number=None):
    """An application that came to an end, as the services leave one; with the number that a registrant was given."""
    person = in_review(office.system, reference)
    with office.system.session("applications") as session:
        application = session.get(Application, person.id)
        application.state = state
        if number:
            session.add(TimelineEntry(application_id=person.id, at=clock.now(), kind="finalised", by="system", note=number))
    return person


def texts(office, text, **asked):
    """The references of what a text finds."""
    return [one["reference"] for one in queue(office, text=text, **asked)]


def test_what_is_finished_comes_after_all_else_unless_the_newest_are_asked_for(office):
    finished = [finish(office, f"A000006{number}", state).reference for number, state in enumerate(states.FINAL)]
    waiting = in_review(office.system, "A0000075").reference
    oldest, newest = ([one["reference"] for one in queue(office, order=order)] for order in ("oldest", "newest"))
    assert (oldest[0], oldest[4:]) == (waiting, finished) and len(oldest) == 8  # the three drafts between them
    assert newest[0] == waiting and newest[1] == finished[-1]
    assert [one["reference"] for one in queue(office, state=states.LAPSED)] == [finished[states.FINAL.index(states.LAPSED)]]


def test_one_text_finds_by_the_reference_or_a_part_of_it_the_registration_number_or_the_name(office):
    sixth = Applicant(office.system, Numbering("A").make(6))
    assert sixth.reference == "A-0000006-I"
    for typed in ("A-0000006-I", "0000006", "a0000006i", "6", " A 0000006 1 ", "A-OOOOOO6-I"):
        assert texts(office, typed) == [sixth.reference], typed
    registered = finish(office, "A0000083", states.FINALISED, "10022")
    assert texts(office, "10022") == texts(office, "#10 022") == [registered.reference]
    assert texts(office, "a0000017") == texts(office, "zola ana") == ["A0000017"]  # an ID of an earlier system, as it was kept
    assert texts(office, "a0000017", state="submitted") == texts(office, "10030") == texts(office, "%") == []


def test_a_name_with_a_slip_is_found_where_nobody_has_it_as_typed_and_is_said_to_be_that(office):
    for number, last in enumerate(("Côté", "Okafor", "Gagné-Mireille")):
        person = office.people[last] = Applicant(office.system, f"A000009{number}")
        person.save("personal_information", legal_first_name="Inès", legal_last_name=last)

    def found(text):
        page = office.system.call(review.ListApplications, office.officer, text=text, order="name")
        return page["nearly"], [one["applicant_name"] for one in page["applications"]]

    for slip, name in (("cotee", "Côté"), ("Okafro", "Okafor"), ("gange", "Gagné-Mireille"), ("ines mireile", "Gagné-Mireille")):
        assert found(slip) == (True, [f"Inès {name}"]), slip
    assert found("okafor") == (False, ["Inès Okafor"])
    assert found("Zorro") == found("xyz") == (False, [])
    assert [one["applicant_name"] for one in queue(office, text="inse", order="name")] == sorted(
        (f"Inès {name}" for name in ("Côté", "Gagné-Mireille", "Okafor")), key=str
    )  # over all pages


def test_the_application_of_an_account_is_found_by_the_account(office):
    person = office.people["Zola"]
    assert [one["reference"] for one in queue(office, account_id=person.account_id)] == [person.reference]
    assert queue(office, account_id=office.officer.account_id) == []
