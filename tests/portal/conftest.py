"""A college of its own for these tests, one person on its register, and a real browser."""

from dataclasses import dataclass

import pytest

from deploy.local.engines.packages import Programs
from deploy.local.places import packages_folder
from tests.portal.people import People
from tests.support.pages.browser import Browser


@dataclass(frozen=True)
class Registered:
    """What a person who is registered knows of themselves."""

    application_id: str
    email: str
    password: str
    number: str
    code: str
    invoice: str


@pytest.fixture(scope="session")
def browser():
    """The browser; each test opens pages in it that know nothing of each other."""
    browser = Browser(Programs(packages_folder()))
    yield browser
    browser.close()


@pytest.fixture
def open_page(browser):
    """Opens pages for a test, and closes them after it."""
    opened = []

    def open_page(**context):
        opened.append(browser.page(**context))
        return opened[-1]

    yield open_page
    for page in opened:
        page.close_context()


@pytest.fixture(scope="session")
def registrant(college):
    """A person who has just been registered, and can sign in: application ID, e-mail, password, number, code of the certificate, invoice."""
    applicant, invoice = college.approved("en", first_name="Zoé", last_name="Tremblay-Nguyễn")
    applicant.pay(applicant.open_payment_page(invoice["number"]))
    registration = applicant.registration()
    return Registered(
        applicant.application_id,
        applicant.email,
        applicant.password,
        registration["registration_number"],
        registration["verification_code"],
        invoice["number"],
    )


@pytest.fixture(scope="session")
def people(college, registrant):
    """Everybody whose pages are looked at."""
    return People(college, registrant)
