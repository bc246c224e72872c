"""What an applicant is asked for: a reason is told once, and each thing leads to where it is answered."""

from pathlib import Path

import pytest

from gateway.portal.applicant.asked_for import asked_for
from services.common.kernel import clock
from services.contracts.applications.shapes import RequestedItem
from services.contracts.college import load_college


@pytest.fixture(scope="module")
def college():
    return load_college(Path(__file__).parents[4] / "deploy" / "colleges" / "crpo").at(clock.now())


def item(reason, field=None, requirement=None):
    return RequestedItem(reason=reason, field=field, requirement=requirement)


def test_a_reason_is_told_once_with_all_that_it_is_about_and_each_thing_is_a_link(college):
    requested = [
        item("It is blurred.", requirement="government_id"),
        item("It is blurred.", field="date_of_birth"),
        item("Where?", field="site_city"),
    ]
    first, second = asked_for(college, requested, "fr")
    assert first.reason == "It is blurred." and [name for name, _ in first.things][1] == "Date de naissance"
    assert [place for _, place in first.things] == [
        "/application/documents?for=government_id#upload",
        "/application/pages/personal_information#date_of_birth",
    ]
    assert second.things == [("Ville", "/application/pages/practice_site#site_city")]


def test_what_the_profile_does_not_have_any_more_is_left_out_and_its_reason_is_not(college):
    [only] = asked_for(college, [item("Please add it.", field="gone"), item("Please add it.", requirement="gone_too")], "en")
    assert (only.reason, only.things) == ("Please add it.", [])
