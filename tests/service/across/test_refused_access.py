"""Who asks for what their role does not allow leaves a trace in the audit trail: who, from where, what (B8)."""

from dataclasses import replace

import pytest
import requests

from gateway import services
from services.common.kernel.errors import Forbidden, Unauthenticated
from services.contracts.applications import audit as trail
from services.contracts.applications import review
from services.contracts.roles import REGISTER_READ
from tests.support.gateway_rig import start_gateway
from tests.support.waiting import NEVER_S, PATIENCE_S

LISTED = "call/applications.list_applications"


@pytest.fixture
def applications(system):
    system.start("applications")
    return system


def refusals(system):
    """The refusals in the trail, oldest first."""
    found = system.call(trail.ListAudit, system.caller("administrator"), action="access:refuse")["entries"]
    return [(one["actor"], one["address"], one["subject"], one["after"]) for one in reversed(found)]


def test_a_call_without_the_role_for_it_is_noted_with_who_from_where_and_what_they_hold(applications):
    applicant = replace(applications.caller("applicant"), address="192.0.2.7")
    with pytest.raises(Forbidden):
        applications.call(review.ListApplications, applicant)
    held = {"roles": ["applicant"], "pages": []}
    assert refusals(applications) == [(applicant.name, "192.0.2.7", LISTED, held)]


def test_a_program_beyond_its_scopes_is_noted_and_nobody_is_not(applications):
    with pytest.raises(Unauthenticated):
        applications.call(review.ListApplications, applications.anonymous)
    token = applications.keys.signer.sign_for_program("prg_1", [REGISTER_READ])
    with pytest.raises(Forbidden):
        applications.call(review.ListApplications, applications.keys.verifier.caller(token, None, None, None))
    assert refusals(applications) == [("client/prg_1", None, LISTED, {"scopes": [REGISTER_READ]})]


def test_what_the_gateway_refuses_is_noted_by_the_service_that_was_meant(applications):
    base, applicant = start_gateway(applications, PUBLIC_URL="https://college.test"), applications.caller("applicant")
    answer = requests.get(
        f"{base}/api/v1/staff/applications", headers={"Authorization": f"Bearer {applicant.token}"}, timeout=PATIENCE_S
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    page = requests.get(
        f"{base}/staff/applications", headers={"Cookie": f"__Host-college-access={applicant.token}"}, timeout=PATIENCE_S
    )
    assert page.status_code == 403
    noted = refusals(applications)
    assert [(who, where) for who, where, _, _ in noted] == [(applicant.name, "127.0.0.1")] * 2
    assert [subject for _, _, subject, _ in noted] == [LISTED, LISTED]


def test_what_changes_something_is_refused_and_noted_too_whatever_its_fields_are_called(applications):
    base, officer = start_gateway(applications), applications.caller("registration_officer")
    headers = {"Authorization": f"Bearer {officer.token}", "If-Match": '"1"'}
    answer = requests.put(f"{base}/api/v1/application/pages/conduct", json={"values": {}}, headers=headers, timeout=PATIENCE_S)
    assert answer.status_code == 403
    assert [what for _, _, what, _ in refusals(applications)] == ["call/applications.save_page"]


def test_whoever_is_refused_again_and_again_does_not_fill_the_trail_and_is_refused_all_the_same(applications):
    base, applicant = start_gateway(applications), applications.caller("applicant")
    headers = {"Authorization": f"Bearer {applicant.token}"}
    answers = {
        requests.get(f"{base}/api/v1/staff/applications", headers=headers, timeout=PATIENCE_S).status_code for _ in range(30)
    }
    assert answers == {403}
    assert 20 <= len(refusals(applications)) < 30


def test_a_refusal_does_not_wait_for_a_service_that_is_away(system, monkeypatch):
    monkeypatch.setattr(services, "LONGEST_TRACE_S", NEVER_S)
    base, applicant = start_gateway(system), system.caller("applicant")
    headers = {"Authorization": f"Bearer {applicant.token}"}
    answer = requests.get(f"{base}/api/v1/staff/applications", headers=headers, timeout=PATIENCE_S)
    assert answer.status_code == 403
