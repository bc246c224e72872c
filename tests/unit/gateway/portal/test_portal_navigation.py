"""A page shows a link or a button to those only who are let in where it leads."""

import pytest

from gateway.portal.kit import navigation
from services.common.kernel.caller import Caller
from services.common.kernel.ids import new_id
from services.contracts.pages import DOCUMENTS, FEES, QUALITY_ASSURANCE
from services.contracts.roles import (
    ADMINISTRATOR,
    APPLICANT,
    BILLING_OFFICER,
    REGISTRANT,
    REGISTRAR,
    REGISTRATION_OFFICER,
    SUPPORT,
)


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
    assert navigation.admits(staff(role), address, method) is let_in


def test_a_page_that_asks_for_a_proof_first_is_shut_to_nobody_for_that():
    assert navigation.admits(staff(SUPPORT), "/staff/access-requests/x/decision")


def test_a_delegate_at_work_is_let_into_the_pages_that_were_opened_to_them():
    delegate = Caller(account_id=new_id(), delegate_id=new_id(), roles=frozenset({APPLICANT}), pages=frozenset({DOCUMENTS}))
    assert navigation.admits(delegate, "/application/documents") and navigation.admits(delegate, "/portal")
    assert not navigation.admits(delegate, "/application/pages/education") and not navigation.admits(
        delegate, "/application/check"
    )


def links(caller, path="/"):
    return [link.path for link, _here in navigation.shown_to(caller, path)]


def test_the_menu_has_what_is_ones_own_and_then_what_is_everybodys():
    assert links(Caller()) == ["/register", "/how-to-apply", "/fees", "/sign-in-help"]
    assert links(staff(SUPPORT)) == [
        *("/staff/messages", "/staff/access-requests", "/staff/certificates", "/staff/dead-letters"),
        *("/security", "/register", "/sign-in-help"),
    ]
    assert [link.path for link in navigation.own_of(staff(REGISTRAR))] == [
        *("/staff/applications", "/staff/registrants", "/staff/payments", "/staff/invoices", "/staff/messages"),
        *("/staff/access-requests", "/staff/certificates", "/staff/mailings", "/staff/dead-letters", "/staff/audit", "/security"),
    ]


def test_the_menu_of_a_delegate_at_work_has_only_what_was_opened_to_them():
    both = frozenset({APPLICANT, REGISTRANT})
    delegate = Caller(
        account_id=new_id(), delegate_id=new_id(), roles=both, pages=frozenset({DOCUMENTS, FEES, QUALITY_ASSURANCE})
    )
    assert links(delegate) == ["/fees-and-receipts", "/application/documents", "/quality-assurance"]
    assert not {"/application/documents", "/quality-assurance"}.intersection(links(Caller(account_id=new_id(), roles=both)))


def test_a_page_is_in_the_part_whose_link_is_nearest():
    here = [link.path for link, here in navigation.shown_to(staff(REGISTRAR), "/staff/invoices/I-1") if here]
    assert here == ["/staff/invoices"]
