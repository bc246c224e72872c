"""A page shows a link or a button to those only who are let in where it leads."""

import pytest

from gateway.portal.kit import doors
from services.common.kernel.caller import Caller
from services.common.kernel.ids import new_id
from services.contracts.pages import DOCUMENTS
from services.contracts.roles import ADMINISTRATOR, APPLICANT, BILLING_OFFICER, REGISTRAR, REGISTRATION_OFFICER, SUPPORT


def staff(role):
    return Caller(account_id=new_id(), roles=frozenset({role}))


@pytest.mark.parametrize(
    ("role", "method", "address", "let_in"),
    [
        (REGISTRAR, "GET", "/staff/applications/x?document=y", True),
        (ADMINISTRATOR, "GET", "/staff/applications/x", False),
        (ADMINISTRATOR, "GET", "/staff/audit?service=billing", True),
        (REGISTRATION_OFFICER, "GET", "/staff/audit", False),
        (REGISTRATION_OFFICER, "POST", "/staff/applications/x/decision", False),
        (REGISTRAR, "POST", "/staff/applications/x/complete", True),
        (REGISTRAR, "GET", "/staff/applications/x/complete", False),  # only takes what a button posts
        (BILLING_OFFICER, "POST", "/staff/messages/x/resend", False),
        (SUPPORT, "POST", "/staff/messages/x/resend", True),
        (SUPPORT, "GET", "/nothing-here", False),
    ],
)
def test_the_door_of_a_page_is_open_to_whom_the_page_lets_in(role, method, address, let_in):
    assert doors.admits(staff(role), address, method) is let_in


def test_a_page_that_asks_for_a_proof_first_is_shut_to_nobody_for_that():
    assert doors.admits(staff(SUPPORT), "/staff/access-requests/x/decision")


def test_a_delegate_at_work_is_let_into_the_pages_that_were_opened_to_them():
    delegate = Caller(account_id=new_id(), delegate_id=new_id(), roles=frozenset({APPLICANT}), pages=frozenset({DOCUMENTS}))
    assert doors.admits(delegate, "/application/documents") and doors.admits(delegate, "/portal")
    assert not doors.admits(delegate, "/application/pages/education") and not doors.admits(delegate, "/application/check")
