"""Reviewing from the command line: with the real applications service over the real broker."""

import json
import re
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.applications.models import ApplicationPage
from services.contracts.applications import review
from services.contracts.applications.events import ApplicationApproved, ApplicationRefused, MoreInformationRequested
from tests.support.actors.applications_journey import Applicant, Staff, in_review, submitted
from tests.support.actors.identity_people import add_person
from tests.support.actors.staff_terminal import Terminal

REFERENCE = "A0000017"


@pytest.fixture
def registrar(system):
    system.start("applications")
    return Terminal(system).signed_in_as("registrar")


def state(terminal, reference=REFERENCE):
    return terminal.data("show", reference)["state"]


def test_an_empty_queue_says_what_that_means(registrar):
    assert "There are no applications yet." in registrar.done("queue")
    assert "No application is in the state “Submitted”" in registrar.done("queue", "--state", "submitted")
    assert "Aucune demande n’est à l’état" in registrar.done("queue", "--state", "submitted", "--language", "fr")


def test_the_queue_shows_who_waits_and_how_many_are_in_each_state(registrar):
    submitted(registrar.system)
    Applicant(registrar.system, "A0000025")
    page = registrar.done("queue", "--state", "submitted")
    row = next(line for line in page.splitlines() if REFERENCE in line)
    assert "Amélie" in row
    assert "Submitted" in row
    assert "College" in row
    assert "A0000025" not in page
    assert "Draft 1 · Submitted 1" in page
    assert "Brouillon 1 · Soumise 1" in registrar.done("queue", "--language", "fr")


def test_the_queue_is_searched_by_one_text_as_on_the_pages(registrar):
    person = submitted(registrar.system)
    Applicant(registrar.system, "A-0000006-I")
    registrar.system.start("identity")
    add_person(registrar.system, "amelie@example.org", account_id=person.account_id)

    def found(typed):
        return [one["reference"] for one in registrar.data("queue", "--find", typed)["applications"]]

    assert found("amelie@example.org") == found("tremblay") == found("Tremlbay") == [REFERENCE]
    assert found("0000006") == found("a0000006 1") == ["A-0000006-I"]
    assert found("nobody@example.org") == []
    assert "None of these applicants has exactly this name" in registrar.done("queue", "--find", "Tremlbay")
    assert "registration number, or a whole email address" in registrar.done("queue", "--find", "Zorro")


def test_the_queue_goes_on_where_its_page_ended(registrar):
    for reference in ("A0000017", "A0000025", "A0000033"):
        Applicant(registrar.system, reference)
    first = registrar.data("queue", "--limit", "2")
    assert f"--cursor {first['next_cursor']}" in registrar.done("queue", "--limit", "2")
    second = registrar.data("queue", "--limit", "2", "--cursor", first["next_cursor"])
    seen = [one["reference"] for one in first["applications"] + second["applications"]]
    assert sorted(seen) == ["A0000017", "A0000025", "A0000033"]
    assert second["next_cursor"] is None
    registrar.refused("queue", "--cursor", "made-up", code="invalid")


def test_an_application_is_shown_with_labels_states_and_what_can_be_done(registrar):
    submitted(registrar.system)
    page = registrar.done("show", REFERENCE.lower())
    for words in ("Legal first name", "Amélie", "government_id.pdf", "Received", "ask for more (request-more)"):
        assert words in page
    assert "The applicant submitted the application." in page
    # A file's name may be that of another: where it is an answer, when it came and what became of it stand beside it.
    assert re.search(r"government_id\.pdf\s+\(\d{4}-\d\d-\d\d\s[^)]*received\)", page)
    french = registrar.done("show", REFERENCE, "--language", "fr")
    for words in (
        "Prénom légal",
        "Exigences",
        "La personne candidate a soumis la demande.",
        "déclarer complète (complete)",
        "Oui",
        "reçu",
    ):
        assert words in french
    assert "Yes" not in french


def test_an_application_is_found_by_its_id_too(registrar):
    person = submitted(registrar.system)
    assert registrar.data("show", person.id)["reference"] == REFERENCE


def test_what_must_be_copied_stands_in_one_piece_in_a_narrow_window(registrar):
    submitted(registrar.system)
    registrar.environment["COLUMNS"] = "80"
    page = registrar.done("show", REFERENCE)
    documents = registrar.data("show", REFERENCE)["documents"]
    assert all(f"Document ID  {one['id']}" in page for one in documents)
    assert "──────" in registrar.done("queue")  # a table still: it fits


def test_a_reference_is_found_without_its_dashes_and_in_small_letters(registrar):
    Applicant(registrar.system, "APP-000017-B")
    assert registrar.data("show", "app000017b")["reference"] == "APP-000017-B"


def test_an_application_that_does_not_exist_is_not_found(registrar):
    registrar.refused("show", "APP-999999-9", code="not_found")
    registrar.refused("show", uuid4(), code="not_found")
    registrar.refused("note", "nonsense", "text", code="not_found")


def test_what_an_applicant_typed_cannot_steer_the_terminal(registrar):
    person = Applicant(registrar.system)
    person.fill()
    with registrar.system.session("applications") as session:  # as one was kept before typed text was cleaned
        page = session.scalars(select(ApplicationPage).filter_by(page="education")).one()
        page.values = page.values | {"institution_name": "Evil \x1b[2J\u202eUniversity [red]"}
        session.commit()
    page = registrar.done("show", REFERENCE)
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "University [red]" in page


def test_a_review_goes_from_complete_to_an_approval_with_conditions(registrar):
    submitted(registrar.system)
    assert "Complete" in registrar.done("complete", REFERENCE)
    assert "In review" in registrar.done("begin-review", REFERENCE)
    own = ("--other-condition", "Reports each year.", "Fait rapport chaque année.")
    answer = registrar.data("approve", REFERENCE, "--condition", "upgrading", *own, "--yes")
    assert answer["state"] == "approved_with_conditions"
    (fact,) = registrar.system.announced(ApplicationApproved)
    standard, other = fact.data["terms"]
    assert standard["code"] == "upgrading" and standard["fr"].startswith("La personne inscrite doit terminer")
    assert other == {"code": None, "en": "Reports each year.", "fr": "Fait rapport chaque année."}
    shown = registrar.done("show", REFERENCE)
    assert "Condition in English" in shown and "Fait rapport chaque année." in shown


def test_a_condition_in_one_language_is_refused_at_the_terminal_and_an_unknown_code_is_told_the_known_ones(registrar):
    in_review(registrar.system)
    words = registrar.refused("approve", REFERENCE, "--other-condition", "Reports each year.", "", "--yes", code="invalid")
    assert "Write this in French too" in words
    words = registrar.refused("approve", REFERENCE, "--condition", "Practises under supervision.", "--yes", code="invalid")
    assert "clinical_supervision, completion_of_degree, upgrading" in words
    assert state(registrar) == "in_review"


def test_an_approval_is_confirmed_first(registrar):
    in_review(registrar.system)
    words = registrar.refused("approve", REFERENCE, given="n\n", code="not_confirmed")
    assert "Approve A0000017, Amélie" in words
    assert "Nothing was done." in words
    registrar.refused("approve", REFERENCE, given="", code="not_confirmed")
    assert state(registrar) == "in_review"
    assert "Approuvée" in registrar.done("approve", REFERENCE, "--language", "fr", given="oui\n")
    assert state(registrar) == "approved"


def test_a_step_pinned_to_an_older_version_is_refused(registrar):
    version = submitted(registrar.system).mine()["version"]
    registrar.done("complete", REFERENCE, "--version", version)
    registrar.refused("begin-review", REFERENCE, "--version", version, code="version_mismatch")
    assert state(registrar) == "complete"


def test_a_step_on_an_older_version_prints_what_came_since_by_whom_and_when(registrar):
    system = registrar.system
    system.start("identity")
    person, staff = submitted(system), Staff(system)
    olive = add_person(system, "olive@college.example", "registration_officer", name="Olive Roy")
    registrar.done("request-more", REFERENCE, "--field", "programme_name=Give its full name.")
    version = person.mine()["version"]
    staff.receive(person.id, sha256="ef" * 32)
    note = {"application_id": person.id, "text": "Stop:\nthe seal is forged."}
    system.call(review.AddNote, system.caller("registration_officer", account_id=olive), **note)
    person.change("education", programme_name="Master of Counselling")
    person.submit()
    words = registrar.refused("complete", REFERENCE, "--version", version, code="version_mismatch")
    assert "What came since that version:" in words and "UTC · Olive Roy · A note was added." in words
    assert "    the seal is forged." in words and "College · A document was received: Official transcript" in words
    assert "Applicant · Answers were changed" in words and ": Counselling → Master of Counselling" in words
    assert f"it is at version {person.mine()['version']} now" in words
    french = registrar.refused("complete", REFERENCE, "--version", version, "--language", "fr", code="version_mismatch")
    assert "Ce qui est arrivé depuis cette version" in french and "Une note a été ajoutée." in french
    told = json.loads(registrar.run("complete", REFERENCE, "--version", version, "--json").stderr)
    assert [one["kind"] for one in told["params"]["changed_since"]][:2] == ["document_arrived", "note_added"]
    assert state(registrar) == "submitted"


def test_a_verdict_on_a_document_can_be_pinned_to_the_version_that_was_looked_at(registrar):
    submitted(registrar.system)
    card = next(one for one in registrar.data("show", REFERENCE)["documents"] if one["requirement"] == "government_id")
    registrar.done("refuse-document", card["id"], "--reason", "Not legible.", "--version", card["version"])
    words = registrar.refused("accept-document", card["id"], "--version", card["version"], code="version_mismatch")
    assert "A document was refused" in words and "Not legible." in words
    registrar.done("accept-document", card["id"], "--version", card["version"] + 1)


def test_a_step_that_is_not_possible_says_what_is(registrar):
    submitted(registrar.system)
    words = registrar.refused("begin-review", REFERENCE, "--language", "fr", code="step_not_possible")
    assert "déclarer complète" in words


def test_an_officer_may_not_decide(registrar):
    in_review(registrar.system)
    officer = Terminal(registrar.system).signed_in_as("registration_officer")
    officer.refused("approve", REFERENCE, "--yes", code="forbidden")
    officer.refused("refer", REFERENCE, "--reasons", "Unclear.", "--yes", code="forbidden")
    assert state(officer) == "in_review"


def test_a_refusal_takes_its_reasons_from_standard_input(registrar):
    in_review(registrar.system)
    assert registrar.run("refuse", REFERENCE, "--reasons", "-", given="Reasons.").exit_code == 2
    assert registrar.run("refuse", REFERENCE, "--reasons", "-", "--yes", given="  \n").exit_code == 2
    assert state(registrar) == "in_review"
    page = registrar.done("refuse", REFERENCE, "--reasons", "-", "--yes", given="The education\nrequirement is not met.\n")
    assert "Refused" in page
    (fact,) = registrar.system.announced(ApplicationRefused)
    assert fact.data["reasons"] == "The education\nrequirement is not met."


def test_a_referral_is_confirmed_and_goes_to_the_committee(registrar):
    in_review(registrar.system)
    registrar.refused("refer", REFERENCE, "--reasons", "Unclear.", given="no\n", code="not_confirmed")
    assert registrar.data("refer", REFERENCE, "--reasons", "Unclear.", "--yes")["state"] == "at_committee"


def test_more_is_asked_for_by_field_and_requirement(registrar):
    submitted(registrar.system)
    asked = ("--field", "phone=A digit is missing.", "--requirement", 'transcript="Page 2 is missing."', "--due", "2031-01-15")
    assert registrar.data("request-more", REFERENCE, *asked)["state"] == "incomplete"
    (fact,) = registrar.system.announced(MoreInformationRequested)
    assert fact.data["due_on"] == "2031-01-15"
    assert len(fact.data["items"]) == 2
    asked_for = registrar.done("show", REFERENCE).partition("Asked for and not answered yet")[2]
    assert "A digit is missing." in asked_for
    assert "Telephone number for the College" in asked_for
    assert "Official transcript" in asked_for


def test_asking_for_what_the_form_does_not_have_names_the_field(registrar):
    submitted(registrar.system)
    words = registrar.refused("request-more", REFERENCE, "--field", "no_such_field=Why not.", code="invalid")
    assert "items.0.field" in words
    assert "There is no such field." in words


@pytest.mark.parametrize(
    "asked", [(), ("--field", "phone"), ("--field", "=why"), ("--requirement", "code="), ("--due", "tomorrow")]
)
def test_asking_for_nothing_in_particular_is_wrong_usage(registrar, asked):
    assert registrar.run("request-more", REFERENCE, *asked).exit_code == 2


def test_a_note_is_kept_for_colleagues(registrar):
    submitted(registrar.system)
    assert "The note was added to A0000017." in registrar.done("note", REFERENCE, "Called the school.")
    assert "Called the school." in registrar.done("show", REFERENCE)


def test_documents_are_accepted_and_refused_with_a_reason(registrar):
    submitted(registrar.system)
    degree, card = [
        next(one["id"] for one in registrar.data("show", REFERENCE)["documents"] if one["requirement"] == requirement)
        for requirement in ("degree_or_diploma", "government_id")
    ]
    assert "Accepted" in registrar.done("accept-document", degree)
    assert "Not legible." in registrar.done("refuse-document", card, "--reason", "Not legible.")
    states = {one["id"]: one["state"] for one in registrar.data("show", REFERENCE)["documents"]}
    assert (states[degree], states[card]) == ("accepted", "refused")
    assert registrar.run("refuse-document", card).exit_code == 2
    registrar.refused("accept-document", uuid4(), code="not_found")


def test_more_time_is_given_stopped_and_taken_back(registrar):
    submitted(registrar.system)
    why = ("--reason", "The university is on strike.")
    before = registrar.data("time-limit", "show", REFERENCE)["deadlines"][0]
    page = registrar.done("time-limit", "extend", REFERENCE, "--days", "10", *why)
    assert "Written answer of the College" in page and "The university is on strike." in page and "26 days left" in page
    (clock,) = registrar.data("time-limit", "show", REFERENCE)["deadlines"]
    assert clock["last_day"] > before["last_day"]
    assert "suspendu" in registrar.done("time-limit", "pause", REFERENCE, *why, "--language", "fr")
    assert "26 days left" in registrar.done("time-limit", "resume", REFERENCE)
    registrar.done("time-limit", "take-back", REFERENCE, clock["adjustments"][0]["id"], *why)
    assert registrar.data("time-limit", "show", REFERENCE)["deadlines"][0]["last_day"] == before["last_day"]


def test_no_time_is_given_where_no_clock_runs(registrar):
    in_review(registrar.system)
    assert "No time limit is running." in registrar.done("time-limit", "show", REFERENCE)
    registrar.refused("time-limit", "extend", REFERENCE, "--days", "3", "--reason", "Why.", code="no_such_clock")
