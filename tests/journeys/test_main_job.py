"""The main job, end to end, through the public HTTP: from opening an account to the public register."""

import datetime as dt
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from pypdf import PdfReader

from deploy.demo.journey.api import Api, Refused, wait_for
from services.common.kernel import clock
from services.common.kernel.clock import local_date
from services.common.kernel.dates import written_date


def text_of(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_person_walks_from_an_account_to_the_public_register(college, language):
    one = college.applicant(language, first_name="Élise", last_name="D’Amours-Nguyễn")
    one.open_account()
    application_id = one.activate()
    assert one.sign_in("application_id")["application_id"] == application_id
    assert one.sign_in("email")["roles"] == ["applicant"]
    one.application()
    one.fill_form()
    [blocker] = one.blockers()
    assert blocker["requirement"] == "transcript"

    officer, registrar = college.staff("registration_officer"), college.staff("registrar")
    file = officer.find(one)
    officer.upload(file["id"], "transcript", college.transcript(one))
    assert one.submit()["state"] == "submitted"
    file = officer.review(file["id"])
    assert file["state"] == "in_review"
    assert registrar.approve(file)["state"] == "approved"

    invoice = one.invoice()
    assert (invoice["subtotal"]["amount"], invoice["total"]["amount"], invoice["state"]) == ("321.00", "362.73", "open")
    assert invoice["number"] in text_of(one.api.get(f"/invoices/{invoice['number']}/pdf"))
    assert invoice["number"] in one.mailbox.link(one.mailbox.wait(invoice["number"]), "/fees/")
    assert one.pay(one.open_payment_page(invoice["number"])).status_code == 303

    registration = one.registration()
    number = registration["registration_number"]
    for asked in ("en", "fr"):
        certificate = one.certificate(asked)
        assert number in text_of(certificate)
        assert PdfReader(BytesIO(certificate)).trailer["/Root"]["/Lang"].startswith(asked)
    assert (
        Api(college.url).get(f"/certificates/{registration['verification_code']}")["registrant"]["registration_number"] == number
    )
    entry = one.on_register(number)
    assert (entry["name"], entry["category"], entry["status"]) == (one.name, "rp_qualifying", "active")
    assert number in [
        found["registration_number"] for found in Api(college.url).get("/register", name="damours nguyen elise")["registrants"]
    ]

    paid = wait_for(
        "the invoice to be final",
        lambda: (found := one.api.get(f"/invoices/{invoice['number']}"))["state"] == "finalised" and found,
    )
    assert paid["receipt_number"] in text_of(one.api.get(f"/receipts/{paid['receipt_number']}/pdf"))
    assert one.application()["state"] == "finalised"
    assert one.api.get("/qa/dashboard")["cycle"]["required_hours"] == 40
    one.mailbox.wait(number)
    subjects = [message["subject"] for message in one.api.get("/messages")["messages"]]
    assert (
        len(subjects) == len(set(subjects)) == 7
    )  # account, transcript received, submitted, complete, invoice, receipt, portal open
    assert len(one.mailbox.mails()) == 7


def test_the_mail_carries_the_correlation_id_of_the_request_that_caused_it(college):
    one = college.applicant()
    one.open_account()
    mail = one.mailbox.wait("Account Activation")
    assert mail["headers"]["x-correlation-id"] == one.api.last.headers["X-Correlation-Id"]


def test_a_refusal_states_its_reasons_and_how_to_ask_for_a_review(college):
    one, file = college.ready_to_decide("en")
    registrar = college.staff("registrar")
    with pytest.raises(Refused) as refusal:
        registrar.step(file, "decision", decision="refused")
    assert refusal.value.code == "reasons_needed"
    assert (
        registrar.step(file, "decision", decision="refused", reasons="The supervised hours are not documented.")["state"]
        == "refused"
    )
    mail = one.mailbox.wait("The supervised hours are not documented.")
    thirty_days_on = written_date(local_date(clock.now(), "America/Toronto") + dt.timedelta(days=30), "en")
    assert mail["text"].count(thirty_days_on) == 2  # for submissions to the panel, and for a review by HPARB
    assert one.api.get("/invoices")["invoices"] == []


def test_conditions_are_on_the_letter_and_on_the_register_in_the_readers_language(college):
    one, file = college.ready_to_decide("fr", first_name="Noor", last_name="Haddad")
    registrar = college.staff("registrar")
    english, french = "Practises under weekly supervision for one year.", "Exerce sous supervision hebdomadaire pendant un an."
    with pytest.raises(Refused) as refusal:
        registrar.approve(file, terms=[{"code": "upgrading"}, {"en": english}])
    [missing] = refusal.value.problem["errors"]
    assert (missing["field"], missing["code"]) == ("terms.1.fr", "french_missing")
    registrar.approve(file, terms=[{"code": "upgrading"}, {"en": english, "fr": french}])
    letter = one.mailbox.wait(french)
    assert "La personne inscrite doit terminer" in letter["text"] and english not in letter["text"]
    one.pay(one.open_payment_page(one.invoice()["number"]))
    standard, other = one.on_register(one.registration()["registration_number"])["terms"]
    assert standard["code"] == "upgrading" and (other["en"], other["fr"]) == (english, french)


def test_the_college_asks_for_more_and_the_answer_goes_back_into_the_file(college):
    one, application_id = college.submitted("en")
    officer = college.staff("registration_officer")
    items = [{"field": "programme_name", "reason": "Please give the full name of the programme."}]
    officer.step(officer.file(application_id), "request-more", items=items)
    assert one.mailbox.wait("Please give the full name of the programme.")
    page = one.api.get("/application/pages/education")
    assert page["editable"] == ["programme_name"]
    with pytest.raises(Refused) as refusal:
        one.save_page("personal_information", {"legal_first_name": "Another"})
    assert (refusal.value.status, refusal.value.code) == (409, "application_read_only")
    one.save_page("education", {**page["values"], "programme_name": "Master of Counselling Psychology"})
    assert one.submit()["state"] == "submitted"
    assert officer.file(application_id)["values"]["programme_name"] == "Master of Counselling Psychology"


def test_what_was_saved_is_there_after_signing_in_again(college):
    one = college.signed_in()
    one.save_page("category_and_route", {"category": "rp_qualifying"})
    one.sign_in("email")
    assert one.api.get("/application/pages/category_and_route")["values"] == {"category": "rp_qualifying"}


def test_the_link_in_the_mail_opens_a_page_and_is_not_used_up_by_looking(college):
    one = college.applicant()
    one.open_account()
    link = one.mailbox.link(one.mailbox.wait("Account Activation"), "/activate")
    assert one.api.session.get(link).status_code == one.api.session.get(link).status_code == 200
    token = parse_qs(urlsplit(link).query)["token"][0]
    assert one.api.post("/accounts/activate", {"token": token})["application_id"]
