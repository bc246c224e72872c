"""A delegate in a real browser, from the mail to the end: let in, at work, seen by whom for whom, and told that it is over (B11)."""

import re

import pytest

from tests.portal.applicant import PASSWORD, ApplicantAtBrowser
from tests.portal.staff import StaffAtBrowser
from tests.support.waiting import until

PAGE = {"en": "Application form", "fr": "Formulaire de demande"}


@pytest.mark.parametrize(
    ("language", "context"),
    [pytest.param("en", {}, id="en"), pytest.param("fr", {"scripts": False, "width": 360}, id="fr, without scripts, on a phone")],
)
def test_somebody_is_helped_by_a_delegate_until_they_end_it(college, open_page, language, context):
    ana = ApplicantAtBrowser(open_page(language=language), college, language, "Ana", "Okafor")
    sam = ApplicantAtBrowser(open_page(language=language, **context), college, language, "Sam", "Roy")
    link = _invited(ana, sam)
    _accepts(sam, ana, link)
    _works(sam, ana)
    _is_seen(college, open_page)

    ana.visit("/security/delegates")
    ana.press("Remove access")
    ana.reads("The delegation was ended.")
    until(lambda: _next_click(sam) == sam.says("Delegates"), "the delegate's being told")  # the gateway asks once a second
    sam.page.locator(".govuk-notification-banner").get_by_text(ana.email).wait_for()
    assert sam.page.locator(".portal-acting").count() == 0
    sam.visit("/portal")  # of their own, where there is no application before they start one
    sam.press("Start an application")
    sam.looks_again_until(sam.says("The form"), "/application")
    _next_click(sam)
    assert _programme(sam).input_value() == ""


def _invited(ana, sam):
    """Opens an account for Ana, who invites Sam; gives the mailed link."""
    ana.open_account()
    ana.sign_in(ana.email, PASSWORD)
    ana.visit("/security/delegates/invite")
    ana.write("Name of the delegate", "Sam")
    ana.write("Email address of the delegate", sam.email)
    ana.page.get_by_label(PAGE[ana.language], exact=True).check()
    ana.page.locator("#form button[type=submit]").first.click()
    ana.reads("The invitation was mailed.")
    return sam.mailbox.link(sam.mailbox.wait("/delegation"), "/delegation")


def _accepts(sam, ana, link):
    """Sam, who has no account yet: the link leads to one, and back."""
    token = link.partition("token=")[2]
    sam.page.goto(link)
    sam.heading("Help someone with their account")
    sam.press("Open an account")
    sam.write("Email address", sam.email)
    sam.write("Choose a password", PASSWORD)
    sam.press("Open an account")
    sam.heading("Check your email")
    assert token not in sam.page.url
    sam.page.goto(sam.mailbox.link(sam.mailbox.wait("/activate"), "/activate"))
    sam.press("Activate my account")
    sam.heading("Your account is active")
    sam.page.locator("main").get_by_role("link", name=sam.says("Sign in"), exact=True).click()
    sam.write("Application ID or email", sam.email)
    sam.write("Password", PASSWORD)
    sam.input_devices.press(sam.page.locator("#form").get_by_role("button", name=sam.says("Sign in"), exact=True))
    sam.heading("Help someone with their account")
    assert token not in sam.page.url
    sam.reads("%(person)s invites you to work on these pages of their account:", person=ana.email)
    sam.press("Accept")
    sam.reads("You have accepted the invitation of %(person)s. You can begin when you like.", person=ana.email)


def _works(sam, ana):
    """Sam fills in a page of Ana's, and can neither submit nor see how."""
    sam.press("Work on this account")
    sam.heading("Your application")
    sam.page.locator(".portal-acting").get_by_text(ana.email).wait_for()
    sam.page.locator('main a[href="/application/pages/education"]').click()
    _programme(sam).fill("Counselling")
    sam.press("Save and go to the list")
    sam.heading("Your application")
    assert sam.page.locator('a[href="/application/check"], a[href="/application/withdraw"]').count() == 0
    sam.visit("/application/check")
    assert sam.page.locator("h1").text_content() != sam.says("Check your answers")
    ana.visit("/application/pages/education")
    assert _programme(ana).input_value() == "Counselling"


def _is_seen(college, open_page):
    """Whoever reads the audit trail sees by whom it was done for whom."""
    auditor = StaffAtBrowser(open_page(), college, college.account("registrar"))
    auditor.sign_in_with_code()
    auditor.visit("/staff/audit?service=applications")
    entry = auditor.page.locator("tr, li").filter(has_text="application:fill-in").first
    assert re.search(r" for (A-\d{7}-|account/)", entry.text_content())


def _programme(one):
    return one.page.get_by_label({"en": "Program", "fr": "Programme"}[one.language], exact=True)


def _next_click(one):
    one.visit("/application/pages/education")
    return one.read_heading()
