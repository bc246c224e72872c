"""The one box of the staff's queue: what it finds, and for whom."""

from urllib.parse import quote

import pytest
import requests

from services.applications.models import TimelineEntry
from services.common.kernel import clock
from services.common.kernel.errors import Forbidden
from services.contracts.identity.administration import FindAccounts
from tests.support.actors.applications_journey import Applicant
from tests.support.actors.identity_people import add_person
from tests.support.actors.staff_desk import an_office, rows_of
from tests.support.pages.html_pages import read_page
from tests.support.waiting import PATIENCE_S


@pytest.fixture
def office(system):
    """A registrar's browser before the real applications service."""
    return an_office(system)


def found_in(office, typed, language="en", **more):
    """What one text finds: the page, and the references on it."""
    page = read_page(office.get(f"/staff/applications?text={quote(typed)}"), language)
    return page, [one.removesuffix(" ") for one in office.people if one in page.text]


def test_one_box_finds_by_email_registration_number_part_of_a_reference_and_a_name_with_a_slip(office):
    office.people = ["A0000017", "A0000025", "A0000033", "A-0000006-I"]
    Applicant(office.system, "A-0000006-I")
    with office.system.session("applications") as session:
        session.add(TimelineEntry(application_id=office.person.id, at=clock.now(), kind="finalised", by="system", note="10022"))
    office.system.start("identity")
    add_person(office.system, "amelie@example.org", account_id=office.person.account_id)
    add_person(office.system, "ana.one@example.org")
    add_person(office.system, "ana.two@example.org")
    for typed in ("Amelie@Example.org ", "amelie@ex", "10 022"):
        assert found_in(office, typed)[1] == ["A0000017"], typed
    assert len(rows_of(office.get(f"/staff/applications.csv?text={quote('amelie@example.org')}"))) == 1 + 1
    for typed in ("0000006", "a0000006i", "A-OOOOOO6-1"):
        assert found_in(office, typed)[1] == ["A-0000006-I"], typed
    page, found = found_in(office, "Emnod")
    assert found == ["A0000025"] and "None of these applicants has exactly this name" in page.text
    assert "None of these applicants has exactly this name" not in found_in(office, "Émond")[0].text
    for typed in (
        "ana.one@example.org",
        "ana.@",
        "nobody@example.org",
        "@",
        "Zorro",
    ):  # one has no application, two are meant, none is
        page, found = found_in(office, typed)
        assert found == [] and "registration number, or a whole email address" in page.text, typed


def test_an_address_is_looked_for_only_for_those_who_may_see_addresses(office):
    office.system.start("identity")
    for role in ("billing_officer", "qa_officer"):
        with pytest.raises(Forbidden):
            office.system.call(FindAccounts, office.system.caller(role), text="amelie@example.org")


def test_programs_of_the_college_find_the_same_through_the_api(office):
    def listed(path):
        address = f"{office.base}/api/v1/staff/{path}"
        return requests.get(address, headers={"Authorization": f"Bearer {office.caller.token}"}, timeout=PATIENCE_S).json()

    Applicant(office.system, "A-0000006-I")
    office.system.start("identity")
    add_person(office.system, "amelie@example.org", account_id=office.person.account_id)
    assert [one["reference"] for one in listed("applications?text=0000006")["applications"]] == ["A-0000006-I"]
    assert listed("applications?text=Emnod")["nearly"] is True
    [account] = listed("accounts?text=amelie%40example.org")["accounts"]
    assert [one["reference"] for one in listed(f"applications?account_id={account['id']}")["applications"]] == ["A0000017"]
