"""The main job in a real browser, by clicks and by what the pages say: in each language, without scripts, and by keyboard alone."""

import re

import pytest

from tests.portal.applicant import PASSWORD, ApplicantAtBrowser
from tests.portal.input_devices import Keyboard, Mouse
from tests.portal.person import Person
from tests.portal.staff import StaffAtBrowser

# A person takes their time, and by keyboard more of it, on a machine that does other things too.


@pytest.fixture(scope="module")
def at_work(college, browser):
    """Gives a member of staff by role, who has signed in once for all of these tests."""
    working = {}

    def at_work(role, language):
        if role not in working:
            working[role] = StaffAtBrowser(browser.page(), college, college.account(role))
            working[role].sign_in_with_code()
        working[role].read_in(language)
        return working[role]

    yield at_work
    for one in working.values():
        # A code that was used elsewhere just now is refused, which Chromium reports itself.
        assert [error for error in one.page.console_errors() if "401" not in error] == []
        one.page.close_context()


@pytest.fixture
def applicant(college, open_page):
    """Somebody at a browser of their own who wants to apply."""

    def applicant(language, input_devices=Mouse, **context):
        page = open_page(language=language, **context)
        return ApplicantAtBrowser(page, college, language, "Maïté", "Okafor-D’Amours", input_devices)

    return applicant


def _apply(one, at_work, language):
    """Gets as far as a submitted application."""
    one.open_account()
    one.sign_in(one.application_id, PASSWORD)
    one.heading("Your application")
    one.follow({"en": "Category and education route", "fr": "Catégorie et voie d’études"}[language])
    one.fill_form()
    one.reads("What is left to provide")  # the transcript, which the school sends
    officer = at_work("registration_officer", language)
    officer.open_file(one.application_id)
    officer.upload("transcript", one.samples["transcript"])
    one.submit()
    return officer


def fits(shown, sent):
    """Whether a letter was sent as it was shown, but for what stood between square brackets."""
    words = re.sub(r"\\\[.*?\\\]", ".+", re.escape(" ".join(shown.split())))
    return re.fullmatch(words, " ".join(sent.split())) is not None


@pytest.mark.parametrize(
    ("language", "input_devices", "context"),
    [
        pytest.param("en", Mouse, {}, id="en"),
        pytest.param("fr", Mouse, {}, id="fr"),
        pytest.param("fr", Mouse, {"scripts": False, "width": 360}, id="without scripts, on a phone"),
        pytest.param("en", Keyboard, {}, id="by keyboard"),
    ],
)
def test_a_person_applies_pays_and_is_on_the_register(college, applicant, at_work, open_page, language, input_devices, context):
    one = applicant(language, input_devices, **context)
    officer = _apply(one, at_work, language)
    officer.open_file(one.application_id)
    officer.review()
    registrar = at_work("registrar", "en")
    registrar.open_file(one.application_id)
    [(subject, letter)] = registrar.decide("Approve")  # shown in the language of the one who will read it

    mail = one.mailbox.wait("/fees/")
    assert fits(subject, mail["subject"]) and fits(letter, mail["text"])
    one.pay()
    # The page becomes the receipt, the number and the certificate by itself: nothing is pressed, nothing loaded anew by hand.
    one.heading("You are registered")
    one.page.locator("main").get_by_role("link", name="CERT-").wait_for()
    number = one.page.locator(".govuk-panel__body").text_content().strip()
    assert number in one.pdf("Certificate") and one.name in one.pdf("Receipt")
    one.follow("Your registration")
    one.heading("Your registration")
    assert one.page.locator("main .govuk-body-l").text_content().split(" · ")[1] == number
    certificate = one.pdf("In French (PDF)" if language == "fr" else "In English (PDF)")
    assert number in certificate and one.name in certificate
    one.follow("Verification page")
    one.page.locator("main").get_by_text(number).first.wait_for()
    one.follow("Fees and receipts")
    assert one.name in one.pdf("Receipt")

    visitor = Person(open_page(language=language, **context), college.url, language)
    visitor.visit("/")
    visitor.follow("Public register")
    visitor.write("Name or registration number", number)
    visitor.press("Search")
    visitor.page.get_by_role("link", name=one.name).click()
    assert visitor.read_heading() == one.name
    assert one.page.console_errors() == visitor.page.console_errors() == []


def test_the_college_asks_for_more_and_the_answer_goes_back_into_the_file(applicant, at_work):
    one = applicant("en")
    officer = _apply(one, at_work, "en")
    officer.open_file(one.application_id)
    officer.follow("Ask for more")
    officer.write("What is needed, and why", "Please give the full name of the program.")
    officer.choose("Fields of the form to reopen", "Education – Program")
    officer.press("Ask the applicant")
    officer.reads("The applicant was asked.")

    one.visit("/application")
    one.reads("Please give the full name of the program.")
    one.page.get_by_role("link", name="Program", exact=True).click()  # what is asked for leads to where it is answered
    one.write("Program", "Master of Counselling Psychology")
    one.press("Save and go to the list")
    one.submit()
    officer.open_file(one.application_id)
    officer.reads("Master of Counselling Psychology")

    officer.review()
    registrar = at_work("registrar", "en")
    registrar.open_file(one.application_id)
    [(subject, letter)] = registrar.decide("Refuse", "The supervised hours are not documented.")
    mail = one.mailbox.wait_subject(subject)
    assert mail["subject"] == subject and fits(letter, mail["text"])
    one.visit("/application")
    one.reads("The supervised hours are not documented.")
    one.visit("/fees-and-receipts")
    one.reads("There is nothing to pay.")
