"""The staff's lists and the application beside its documents, as pages over the real service."""

from urllib.parse import quote

import amqp
import pytest
import requests
from sqlalchemy import func

from gateway.portal.staff.kit import csv_files
from services.common.bus.publisher import Outgoing
from services.common.bus.topology import DEAD_EXCHANGE, HISTORY_HEADER
from services.common.documents.files import FileStore
from services.common.kernel.dates import written_instant
from services.contracts.applications import review
from services.contracts.registry import RegistrationFinalised
from services.contracts.topology import SERVICES
from services.correspondence.models import Contact, Message
from tests.support.actors.access_desk import ask, asked, decide, staffed
from tests.support.actors.applications_journey import Staff
from tests.support.actors.cookie_browser import ACCESS, LANGUAGE
from tests.support.actors.identity_people import add_person
from tests.support.actors.registry_journey import approve, pay, start_registry
from tests.support.actors.staff_desk import an_office, at_desk, rows_of
from tests.support.pages.html_pages import read_page
from tests.support.samples.sample_files import PDF, a_pdf, a_picture
from tests.support.samples.sent_messages import TO, add_messages
from tests.support.waiting import PATIENCE_S


@pytest.fixture
def office(system):
    """A registrar's browser before the real applications service."""
    return an_office(system)


def park(system, service, count):
    """Parks so many events of a service, one after the other, as the end of the ladder of tries would."""
    for number in range(count):
        history = [{"at": f"2026-11-25T12:00:{number:02}+00:00", "error": f"poison-{number}: no"}]
        message = amqp.Message(str(number), delivery_mode=2, application_headers={HISTORY_HEADER: history})
        system._publisher.publish([Outgoing(message, DEAD_EXCHANGE, service)], PATIENCE_S)


def test_the_queue_is_filtered_sorted_and_given_as_a_file_that_runs_no_formula(office):
    page = read_page(office.get("/staff/applications?text=mon&order=name"), "en")
    assert "Ana Émond" in page.text and "Amélie" not in page.text
    assert "A0000017" in read_page(office.get("/staff/applications?text=A0000017&category=rp_qualifying"), "en").text
    rows = rows_of(office.get("/staff/applications.csv?order=name&state=draft"))
    assert [row[1] for row in rows] == ["Applicant", "'=Ana Zola", "Ana Émond"]
    assert "There is no such application" in office.get("/staff/applications?state=lapsed").text


def test_a_list_that_is_too_long_for_a_file_is_refused_and_not_cut_off(office, monkeypatch):
    monkeypatch.setattr(csv_files, "LARGEST", 1)
    monkeypatch.setattr(csv_files, "MOST_ROWS", 3)
    assert len(rows_of(office.get("/staff/applications.csv"))) == 1 + 3
    monkeypatch.setattr(csv_files, "MOST_ROWS", 2)
    answer = office.get("/staff/applications.csv")
    assert answer.status_code == 422 and "at most 2 rows" in read_page(answer, "en").text


def test_an_application_is_taken_on_and_given_back_with_a_button_and_is_then_in_ones_own_list(office):
    assert "No application is assigned to you" in office.get("/staff/applications?mine=yes").text
    page = f"/staff/applications/{office.person.id}"
    assert read_page(office.get(page), "en").form()["mine"] == "yes"
    assert office.post(f"{page}/assignment", mine="yes").headers["Location"] == page
    assert read_page(office.get(page), "en").form()["mine"] == "no"
    own = read_page(office.get("/staff/applications?mine=yes"), "en")
    assert "A0000017" in own.text and "A0000025" not in own.text
    office.post(f"{page}/assignment", mine="no")
    assert "A0000017" not in office.get("/staff/applications?mine=yes").text


def test_a_note_sent_twice_is_kept_once(office):
    page = f"/staff/applications/{office.person.id}"
    form = {"once": read_page(office.get(f"{page}/note"), "en").form()["once"], "text": "Call the school."}
    for _again in range(2):
        assert office.post(f"{page}/note", **form).status_code == 303
    assert [
        one["text"] for one in office.system.call(review.GetApplication, office.caller, application_id=office.person.id)["notes"]
    ] == ["Call the school."]


def test_a_pdf_is_shown_beside_the_answers_in_a_frame_of_our_own_that_runs_nothing(office):
    kept = FileStore(office.system.folder / "files").put(PDF)
    paper = Staff(office.system).receive(office.person.id, sha256=kept)
    page = read_page(office.get(f"/staff/applications/{office.person.id}?document={paper['id']}"), "en")
    [frame] = page.all("iframe")
    assert frame["title"] == paper["file_name"]
    shown = office.get(frame["src"])
    assert shown.content == PDF and shown.headers["Content-Type"] == "application/pdf"
    assert shown.headers["Content-Disposition"].startswith("inline") and shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    policy = shown.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy and "script" not in policy
    office.cookies[ACCESS] = office.system.caller("applicant").token
    assert office.get(frame["src"]).status_code == 403


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_message_log_is_filtered_sorted_and_given_as_a_file(system, language):
    system.start("correspondence", SMTP_HOST="127.0.0.1", SMTP_PORT="9")
    add_messages(system)
    browser = at_desk(system, "support", language=language)
    page = read_page(browser.get("/staff/messages?delivery=sent&order=recipient"), language)
    [file] = [one["href"] for one in page.all("a") if one["href"].startswith("/staff/messages.csv")]
    assert page.form()["delivery"] == "sent"  # the form of the order keeps the filter
    header, *rows = rows_of(browser.get(file))
    assert header[1] == {"en": "To", "fr": "À"}[language] and [row[1] for row in rows] == sorted(TO)
    assert {row[3] for row in rows} == {{"en": "Sent", "fr": "Envoyé"}[language]} and all(row[2].startswith("'=") for row in rows)
    assert len(rows_of(browser.get("/staff/messages.csv?delivery=bounced"))) == 1
    found = read_page(browser.get(f"/staff/messages?to={quote(TO[0][:4].upper())}"), language)
    assert TO[0] in found.text and sum(one in found.text for one in TO) == sum(one.startswith(TO[0][:4]) for one in TO)
    [*_, theirs] = [one["href"] for one in found.all("a") if one["href"].startswith("/staff/messages?account_id=")]
    assert all(one in browser.get(theirs).text for one in TO)
    assert browser.get("/staff/messages?to=nobody%25&account_id=no-id").status_code == 200


def test_a_message_is_offered_to_be_sent_again_only_where_that_is_possible(system):
    system.start("correspondence", SMTP_HOST="127.0.0.1", SMTP_PORT="9")
    first, with_link, *_ = add_messages(system)
    browser = at_desk(system, "support")
    with system.session("correspondence") as session:
        session.get(Message, with_link).had_link = True  # its link went with the mail
        own = Contact(account_id=browser.caller.account_id, email="b@people.example.org", language="en", email_as_of=func.now())
        session.add(own)
        session.flush()
        session.get(Message, first).account_id = own.account_id
    shown = [one["action"] for one in read_page(browser.get("/staff/messages"), "en").all("form") if "/resend" in one["action"]]
    assert len(shown) == len(TO) - 2
    assert not [one for one in shown if str(first) in one or str(with_link) in one]


def test_a_dead_letter_that_no_handler_takes_is_offered_to_be_discarded_only(system):
    system.start("qa")
    park(system, "qa", 1)
    browser = at_desk(system, "support")
    [page] = [one["href"] for one in read_page(browser.get("/staff/dead-letters"), "en").all("a") if "/qa/" in one["href"]]
    offered = [one["href"].rpartition("/")[2] for one in read_page(browser.get(page), "en").all("a") if f"{page}/" in one["href"]]
    assert offered == ["discard"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_requests_for_access_are_sorted_and_given_as_a_file(system, language):
    staffed(system)
    made = [ask(system)["reference"] for _ in range(3)]
    browser = at_desk(system, "support", language=language)
    page = read_page(browser.get("/staff/access-requests?order=newest"), language)
    [file] = [one["href"] for one in page.all("a") if one["href"].startswith("/staff/access-requests.csv")]
    header, *rows = rows_of(browser.get(file))
    assert header[1] == {"en": "Reference", "fr": "Référence"}[language]
    assert [row[1] for row in rows] == made[::-1]
    assert {row[3] for row in rows} == {{"en": "Open", "fr": "Ouverte"}[language]}
    assert len(rows_of(browser.get("/staff/access-requests.csv?state=refused"))) == 1


def test_a_request_for_access_finds_the_account_by_name_and_number_on_the_register_and_tells_of_what_waits(system):
    staffed(system)
    request_id = asked(system)
    start_registry(system)
    registered = approve(system, account_id=system.ana, legal_name="Ana Tremblay", first_name="Ana", last_name="Tremblay")
    pay(system, registered)
    [fact] = system.announced(RegistrationFinalised)
    browser = at_desk(system, "support")
    page = f"/staff/access-requests/{request_id}"
    for typed in (fact.data["registration_number"], "tremblay ana"):
        links = [one["href"] for one in read_page(browser.get(f"{page}?account={quote(typed)}"), "en").all("a")]
        assert f"{page}/decision?account_id={system.ana}" in links, typed
    assert "There is no such account" in browser.get(f"{page}?account=nobody").text
    assert "wait for a second person" not in browser.get("/staff/access-requests").text
    decide(system, request_id)
    assert "wait for a second person" in browser.get("/staff/access-requests").text


def test_dead_letters_of_one_service_are_read_on_page_by_page_and_all_are_given_as_a_file(system):
    system.start("qa")
    park(system, "qa", 22)
    browser = at_desk(system, "support")
    page = read_page(browser.get("/staff/dead-letters?order=newest"), "en")
    assert page.text.count("does not answer") == len(SERVICES) - 1 and "qa (22)" in page.text
    [more] = [one["href"] for one in page.all("a") if "cursor=" in one.get("href", "")]
    last = read_page(browser.get(more), "en")
    assert "poison-1:" in last.text and "poison-0:" in last.text and "poison-2:" not in last.text
    header, *rows = rows_of(browser.get("/staff/dead-letters.csv?order=newest"))
    assert header[0] == "Service" and [row[6] for row in rows] == [f"poison-{number}: no" for number in reversed(range(22))]
    header, *rows = rows_of(browser.get("/staff/dead-letters.csv?language=fr&service=qa"))
    assert len(rows) == 22 and header[6] == "Erreur"


def test_staff_see_by_name_who_took_an_application_on_wrote_a_note_and_decided(office):
    system = office.system
    system.start("identity")
    olive = system.caller("registration_officer", account_id=add_person(system, "olive@college.example", "registration_officer"))
    rene = system.caller("registrar", account_id=add_person(system, "rene@college.example", "registrar", name="René Roy"))
    one = {"application_id": office.person.id}
    system.call(review.AssignApplication, rene, **one, mine=True)
    system.call(review.AddNote, olive, **one, text="Call the school.")
    page = f"/staff/applications/{office.person.id}"
    text = " ".join(read_page(office.get(page), "en").text.split())
    assert "Assigned to: René Roy" in text and "olive@college.example ·" in text and "Decided by" not in text
    assert "René Roy" in office.get("/staff/applications").text
    assert [row[6] for row in rows_of(office.get("/staff/applications.csv?state=in_review"))[1:]] == ["René Roy"]
    version = system.call(review.GetApplication, rene, **one)["version"]
    system.call(review.Decide, rene, **one, version=version, decision="refused", reasons="The hours are not documented.")
    assert "Decided by: René Roy" in " ".join(read_page(office.get(page), "en").text.split())
    office.cookies[ACCESS] = rene.token
    assert "Assigned to: You" in " ".join(read_page(office.get(page), "en").text.split())
    system.stop("identity")  # then they are colleagues, and the page is there all the same
    office.cookies[ACCESS] = office.caller.token
    assert "Assigned to: A colleague" in " ".join(read_page(office.get(page), "en").text.split())


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("decision", "field"), [("approved_with_conditions", "standard"), ("refused", "reasons")])
def test_a_decision_that_lacks_its_words_is_told_so_before_its_letter_is_shown(office, decision, field, language):
    office.cookies[LANGUAGE] = language
    page = f"/staff/applications/{office.person.id}/decision"
    version = read_page(office.get(page), language).form()["version"]
    refused = office.post(page, version=version, decision=decision, **({field: " \r\n \r\n"} if field == "reasons" else {}))
    told = read_page(refused, language)
    assert refused.status_code == 422 and f"#{field}" in [one.get("href") for one in told.all("a")]
    assert f"{field}-error" in [one.get("id") for one in told.all("p")]  # at the field itself as well
    assert "sure" not in told.form()


def test_who_decides_on_a_document_sees_which_it_is_and_whose(office):
    file = office.system.call(review.GetApplication, office.caller, application_id=office.person.id)
    document = next(one for one in file["documents"] if one["requirement"] == "government_id")
    page = read_page(office.get(f"/staff/documents/{document['id']}/decision?application={office.person.id}"), "en")
    [name] = [one["name"]["en"] for one in file["requirements"] if one["code"] == "government_id"]
    assert all(said in page.text for said in (name, document["file_name"], file["reference"], file["applicant_name"]))


def test_staff_say_what_a_file_is_before_it_is_filed(office):
    files = {"file": ("id.pdf", PDF, "application/pdf")}
    answer = office.ask("POST", f"/staff/applications/{office.person.id}/documents", data={}, files=files)
    assert answer.status_code == 422 and "Please fill in: Type of document." in " ".join(read_page(answer, "en").text.split())


def test_staff_are_told_what_keeps_a_file_from_being_opened_and_nothing_is_filed(office):
    page, files = (
        f"/staff/applications/{office.person.id}/documents",
        {"file": ("id.pdf", a_pdf(user="secret"), "application/pdf")},
    )
    [chosen] = [one for one in read_page(office.get(page), "en").all("input") if one.get("type") == "file"]
    assert {".pdf", ".heic"} <= set(chosen["accept"].split(","))
    before = office.system.call(review.GetApplication, office.caller, application_id=office.person.id)["documents"]
    answer = office.ask("POST", page, data={"requirement": "government_id"}, files=files)
    told = " ".join(read_page(answer, "en").text.split())
    assert answer.status_code == 422 and "This PDF is protected by a password. Nobody at the College could open it." in told
    assert "<title>Error:" in answer.text
    assert office.system.call(review.GetApplication, office.caller, application_id=office.person.id)["documents"] == before
    files = {"file": ("id.heic", a_picture("HEIF"), "image/heic")}
    assert office.ask("POST", page, data={"requirement": "government_id"}, files=files).status_code == 303


def test_documents_of_one_name_are_told_apart_by_when_they_came_and_what_became_of_them(office):
    for number in range(2):
        Staff(office.system).receive(office.person.id, "transcript", file_name="notes.pdf", sha256=f"{number}" * 64)
    documents = office.system.call(review.GetApplication, office.caller, application_id=office.person.id)["documents"]
    page = read_page(office.get(f"/staff/applications/{office.person.id}"), "en").text
    for one in documents:
        assert written_instant(one["received_at"], "en", "America/Toronto") in page
    chosen = next(one for one in documents if one["requirement"] == "government_id")
    assert f"{chosen['file_name']} ({written_instant(chosen['received_at'], 'en', 'America/Toronto')}, Received)" in page


def test_notes_to_the_college_are_shown_to_it_and_not_to_the_public(office):
    for page, note in (("/fees", "to be confirmed by the College"), ("/policies/names", "has not confirmed it yet")):
        assert note in office.get(page).text, page
        assert note not in requests.get(office.base + page, timeout=PATIENCE_S).text, page


def test_a_decision_does_not_wait_for_the_message_service_whose_letter_is_then_not_shown(office):
    page = f"/staff/applications/{office.person.id}/decision"
    form = {"version": read_page(office.get(page), "en").form()["version"], "decision": "refused", "reasons": "No hours."}
    looked = read_page(office.post(page, **form), "en")
    assert "The letter cannot be shown at the moment" in looked.text and looked.form()["sure"] == "yes"
    assert office.post(page, **form, sure="yes").status_code == 303
