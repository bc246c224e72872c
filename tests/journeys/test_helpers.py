"""Somebody who opened their account to help another person has no application, and can start one (B11)."""

import pytest

from deploy.demo.journey.api import Refused, wait_for
from tests.support.pages.crawling import Found, Visitor


def test_who_was_invited_to_help_has_no_application_until_they_start_one(college):
    owner, helper = college.signed_in("en"), college.applicant("en")
    owner.api.post("/delegations", {"email": helper.email, "name": "Sam", "pages": ["application_form"]})
    link = helper.mailbox.link(helper.mailbox.wait("/delegation"), "/delegation")
    browser = Visitor("helper", college.url)
    browser.post("/delegation", {"token": link.partition("token=")[2], "then": "open-account"})
    browser.post("/start", {"email": helper.email, "password": helper.password})
    application_id = helper.activate()
    browser.sign_in(helper.email, helper.password)
    helper.sign_in()
    assert helper.api.get("/me")["roles"] == []
    with pytest.raises(Refused) as refusal:
        helper.api.get("/application")
    assert refusal.value.status == 403
    home = browser.get(f"{college.url}/portal")
    assert home.url.endswith("/portal") and "/application/start" in Found(home.text).posts

    browser.post("/application/start", {})
    page = wait_for("the draft", lambda: (got := browser.get(f"{college.url}/application")).status_code == 200 and got)
    assert application_id in page.text
    assert helper.api.refresh()["roles"] == ["applicant"]
    assert helper.application()["state"] == "draft"
