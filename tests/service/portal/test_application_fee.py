"""The application fee on the pages (R8): the applicant sees and pays it as every other invoice, and staff see that it is to be paid."""

import pytest

from deploy.locks import ROOT
from tests.support.actors.applications_journey import Applicant, Staff, submitted
from tests.support.actors.billing_journey import Journey
from tests.support.actors.cookie_browser import ACCESS, LANGUAGE, Browser
from tests.support.colleges.charging_college import charging
from tests.support.gateway_rig import start_gateway
from tests.support.pages.html_pages import read_page

WORDS = {
    "en": {
        "dashboard": ("Submitted, fee to be paid", "You need to pay your application fee.", "Pay the invoice"),
        "invoice": ("Application ·", "$180.80", "To be paid", "Your application counts as complete moments after"),
        "paid": ("Your payment was received", "Your application now counts as complete, as far as fees go."),
        "staff": ("Submitted, fee to be paid", "Next action by: Applicant", "Application fee: To be paid"),
        "list": ("Application", "$180.80", "Paid"),
    },
    "fr": {
        "dashboard": ("Soumise, droits à payer", "Vous devez payer vos droits de demande.", "Payer la facture"),
        "invoice": ("Demande ·", "180,80 $", "À payer", "Votre demande est considérée comme complète quelques instants après"),
        "paid": ("Votre paiement a été reçu", "votre demande est maintenant considérée comme complète"),
        "staff": ("Soumise, droits à payer", "Droits de demande : À payer"),
        "list": ("Demande", "180,80 $", "Payée"),
    },
}


COSTS = {
    "en": "Application fee: $180.80 including HST. You pay it after you submit, and your application counts as complete once it is paid.",
    "fr": "Droits de demande : 180,80 $, TVH comprise. Vous les payez après la soumission",
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_a_submission_costs_is_said_before_it(system, tmp_path, language):
    profile = charging(tmp_path)
    system.start("applications", COLLEGE_PROFILE=profile)
    ann = Applicant(system)
    ann.fill()
    Staff(system).receive(ann.id)
    for college, costs in ((profile, True), (str(ROOT / "deploy/colleges/crpo"), False)):
        browser = Browser(start_gateway(system, PUBLIC_URL="https://college.test", COLLEGE_PROFILE=college))
        browser.cookies.update({ACCESS: ann.caller.token, LANGUAGE: language})
        page = " ".join(read_page(browser.get("/application/check"), language).text.split())
        assert (COSTS[language] in page) is costs


@pytest.fixture
def zoe(system, tmp_path):
    """Somebody who has just submitted in a college that charges for it, in a browser in which she is signed in."""
    profile = charging(tmp_path)
    provider = Journey(system, COLLEGE_PROFILE=profile)
    system.start("applications", COLLEGE_PROFILE=profile)
    zoe = submitted(system)
    zoe.provider = provider
    zoe.browser = Browser(start_gateway(system, PUBLIC_URL="https://college.test", COLLEGE_PROFILE=profile))
    zoe.until(lambda: zoe.mine()["fee_invoice_number"])
    return zoe


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_fee_is_seen_and_paid_like_every_invoice_and_staff_see_it(zoe, language):
    words, number = WORDS[language], zoe.mine()["fee_invoice_number"]

    def said(path, caller=zoe.caller):
        zoe.browser.cookies.update({ACCESS: caller.token, LANGUAGE: language})
        return " ".join(read_page(zoe.browser.get(path), language).text.split())

    def assert_says(path, about, caller=zoe.caller):
        page = said(path, caller)
        for each in words[about]:
            assert each in page, (path, each, page)

    officer, treasurer = (zoe.system.caller(role) for role in ("registration_officer", "billing_officer"))
    assert_says("/application", "dashboard")
    assert_says(f"/fees/{number}", "invoice")
    assert_says(f"/staff/applications/{zoe.id}", "staff", officer)
    assert words["staff"][0] in said("/staff/applications", officer)
    assert zoe.provider.notify(zoe.provider.payment(number, amount_cents=18080)) == "recorded"
    zoe.until(lambda: zoe.mine()["fee"] == "paid" and words["list"][2] in said("/fees-and-receipts"))
    assert_says(f"/fees/{number}/paid", "paid")
    assert words["dashboard"][1] not in said("/application")
    assert_says("/staff/invoices?purpose=application", "list", treasurer)
    assert number not in said("/staff/invoices?purpose=registration", treasurer)
