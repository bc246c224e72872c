"""Who applied under the old rules is judged by them; a draft follows today's. Each application says by the rules of which day."""

import datetime as dt

import pytest
from sqlalchemy import update

from services.applications.models import Application
from services.common.kernel import clock
from services.contracts.applications import applicant, review
from services.contracts.college import load_college
from tests.support.actors.applications_journey import Applicant, Staff, submitted
from tests.support.colleges.profiles import add_version, copied

QUESTION = """      - code: first_language
        label: {en: First language, fr: Langue maternelle}
        type: text
        required: true
"""
EVIDENCE = """  - code: police_check
    name: {en: Police check, fr: Vérification policière}
    help: {en: Sent by the police., fr: Envoyée par la police.}
    provided_by: institution
    blocks_submission: true
    accepted_types: [pdf]
    max_bytes: 1000000
"""
FIELD, REQUIREMENT = "      - code: degree_status\n", "  - code: government_id\n"


@pytest.fixture
def changed(system, tmp_path):
    """Somebody applied yesterday; today the form asks one thing more, and one more document must come."""
    system.start("applications")
    person = submitted(system)
    assert person.mine()["judged_on"] == load_college(copied(tmp_path / "as_it_was")).day_of(clock.now())
    system.stop("applications")
    profile = copied(tmp_path)
    today = load_college(profile).day_of(clock.now())
    yesterday = today - dt.timedelta(days=1)
    with system.session("applications") as session:
        session.execute(update(Application).values(judged_on=yesterday))
    add_version(profile / "application_form.yaml", today, FIELD, QUESTION + FIELD)
    add_version(profile / "requirements.yaml", today, REQUIREMENT, EVIDENCE + REQUIREMENT)
    system.start("applications", COLLEGE_PROFILE=str(profile))
    system.person, system.today, system.yesterday = person, today, yesterday
    return system


def fields_of(pages):
    return {field["code"] for page in pages for field in page["fields"]}


def test_what_came_into_force_after_an_application_was_submitted_is_not_asked_of_it(changed):
    person, staff = changed.person, Staff(changed)
    item = {"field": "home_city", "requirement": None, "reason": "Is this right?"}
    staff.step(review.RequestMore, person.id, items=[item])
    assert person.mine()["judged_on"] == staff.see(person.id).judged_on == changed.yesterday
    assert "police_check" not in {one["code"] for one in person.call(applicant.ListDocuments)["requirements"]}
    assert person.call(applicant.ListBlockers)["blockers"] == []
    assert "first_language" not in fields_of(changed.call(applicant.GetForm, changed.anonymous, day=changed.yesterday)["pages"])
    assert person.submit()["judged_on"] == changed.yesterday
    staff.step(review.MarkComplete, person.id)
    staff.step(review.BeginReview, person.id)
    assert staff.step(review.Decide, person.id, decision="approved")["state"] == "approved"


def test_a_draft_is_asked_what_is_in_force_today(changed):
    person = Applicant(changed, "A0000025")
    assert person.mine()["judged_on"] is None
    blocking = person.call(applicant.ListBlockers)["blockers"]
    assert {"first_language", "police_check"} <= {one["field"] or one["requirement"] for one in blocking}
    assert "first_language" in fields_of(changed.call(applicant.GetForm, changed.anonymous)["pages"])


def test_an_application_of_an_earlier_release_is_judged_by_the_day_of_its_submission(changed):
    with changed.session("applications") as session:
        session.execute(update(Application).values(judged_on=None, submitted_at=clock.now() - dt.timedelta(days=40)))
    assert changed.person.mine()["judged_on"] == changed.today - dt.timedelta(days=40)
    assert "police_check" not in {one["code"] for one in changed.person.call(applicant.ListDocuments)["requirements"]}
