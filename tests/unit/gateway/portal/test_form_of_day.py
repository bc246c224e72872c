"""An application is shown on the form by which it is judged; today's is not asked for twice."""

import datetime as dt

import pytest
from werkzeug.test import create_environ

from gateway.context import Context
from gateway.http.requests import Request
from gateway.portal.applicant.asked_for import asked_for
from gateway.portal.kit.form_of_day import pages_of
from gateway.services import Services
from services.common.kernel import clock
from services.contracts.applications.applicant import GetForm
from services.contracts.applications.shapes import RequestedItem
from services.contracts.college import load_college
from tests.support.colleges.profiles import add_version, copied
from tests.unit.gateway.in_process import SETTINGS, Answers

TODAYS = GetForm.Reply(pages=[{"code": "todays"}])


@pytest.fixture(scope="module")
def profile(tmp_path_factory):
    """A profile whose form has called the city otherwise until yesterday."""
    folder = copied(tmp_path_factory.mktemp("profiles"))
    today = load_college(folder).day_of(clock.now())
    add_version(folder / "application_form.yaml", today, "- code: home_city\n", "- code: home_town\n")
    text = (folder / "application_form.yaml").read_text(encoding="utf-8")
    before, after = text.rsplit("home_city", 1)
    (folder / "application_form.yaml").write_text(f"{before}home_town{after}", encoding="utf-8")
    return load_college(folder)


@pytest.fixture
def context(profile):
    answers = Answers({GetForm: lambda day: GetForm.Reply(pages=[{"code": f"of {day}"}])})
    return Context(Services(answers, None, None, profile, SETTINGS), Request(create_environ()))


@pytest.mark.parametrize("days_ago", [None, 0])
def test_a_draft_and_what_was_submitted_under_todays_rules_are_on_the_form_just_asked_for(context, profile, days_ago):
    judged_on = None if days_ago is None else profile.day_of(clock.now())
    assert pages_of(context, TODAYS, judged_on) == TODAYS.pages
    assert context.services.client.asked == []


def test_what_was_submitted_under_earlier_rules_is_on_the_form_of_its_day(context, profile):
    yesterday = profile.day_of(clock.now()) - dt.timedelta(days=1)
    assert pages_of(context, TODAYS, yesterday) == [{"code": f"of {yesterday}"}]


def test_what_the_college_asks_for_is_named_and_found_on_the_form_of_its_day(context, profile):
    yesterday = profile.day_of(clock.now()) - dt.timedelta(days=1)
    item = RequestedItem(field="home_city", requirement=None, reason="Where?")
    (asked,) = asked_for(context.college_of(yesterday), [item], "en")
    assert [address for _, address in asked.things] == ["/application/pages/personal_information#home_city"]
    (unknown,) = asked_for(context.college_of(None), [item], "en")
    assert (unknown.reason, unknown.things) == ("Where?", [])
