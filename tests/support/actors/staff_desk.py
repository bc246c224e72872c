"""What the tests of the staff's pages share: an office with a few applications, other desks, and files for a spreadsheet."""

import csv
import io

from tests.support.actors.applications_journey import Applicant, in_review
from tests.support.actors.cookie_browser import ACCESS, LANGUAGE, Browser
from tests.support.gateway_rig import start_gateway


def an_office(system):
    """A registrar's browser before the real applications service, with two drafts and one application in review."""
    system.start("applications")
    person = in_review(system, "A0000017")
    for reference, first_name, last_name in (("A0000025", "Ana", "Émond"), ("A0000033", "=Ana", "Zola")):
        Applicant(system, reference).save("personal_information", legal_first_name=first_name, legal_last_name=last_name)
    browser = Browser(start_gateway(system, PUBLIC_URL="https://college.test"))
    browser.caller = system.caller("registrar", "administrator")
    browser.cookies[ACCESS] = browser.caller.token
    browser.person, browser.system = person, system
    return browser


def at_desk(system, *roles, language="en"):
    """The browser of somebody with these roles."""
    browser = Browser(start_gateway(system, PUBLIC_URL="https://college.test"))
    browser.caller = system.caller(*roles, language=language)
    browser.cookies[ACCESS] = browser.caller.token
    browser.cookies[LANGUAGE] = language
    return browser


def rows_of(answer):
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8" and "attachment" in answer.headers["Content-Disposition"]
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
