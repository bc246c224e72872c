"""Every call of the staff that is about one person is refused for oneself, or it is written down here why not."""

import pytest

from services.contracts.roles import STAFF_ROLES
from services.contracts.topology import Plan

OWNERS = ("applications", "billing", "registry", "qa", "correspondence")
# What is no matter of one person, or is shown and decides nothing.
FOR_ONESELF_TOO = {
    "list_applications": "a list of all, which shows no more than states",
    "get_references": "what applications are called, and no more",
    "list_audit": "the trail of all; that it was looked at is in it",
    "verify_audit": "about nobody",
    "list_dead_letters": "a list without what the messages say of people",
    "get_dead_letter": "shows what is the caller's own, and leaves a trace",
    "preview_retention": "counts",
    "list_issued_invoices": "a list of all, which leaves a trace",
    "get_issued_invoice": "shows what its payer sees, and leaves a trace",
    "list_held_certificates": "a list of all, without a name",
    "make_held_certificates": "has all tried again, and decides nothing",
    "list_payments": "a list of all, which leaves a trace",
    "list_payment_notices": "a list of all, which leaves a trace",
    "list_unfinished": "a list of all",
    "get_mailing": "about nobody",
    "list_mailings": "about nobody",
    "send_mailing": "goes to the whole mailing list",
    "list_message_log": "a list, which leaves a trace",
}
STAFFS = [
    call for call in Plan().calls if call.owner in OWNERS and call.access.roles and call.access.roles <= frozenset(STAFF_ROLES)
]


@pytest.mark.parametrize("call", STAFFS, ids=lambda call: f"{call.owner}.{call.method}")
def test_a_call_of_the_staff_is_for_others_only_or_says_why_not(call):
    assert call.others_only != (call.method in FOR_ONESELF_TOO), call.method


def test_nothing_is_excused_that_is_not_there():
    assert {call.method for call in STAFFS} >= FOR_ONESELF_TOO.keys()
