"""Looking at what is sensitive leaves an entry in the audit trail: who looked at what (B8)."""

import pytest
from sqlalchemy import select

from services.common.kernel.errors import Forbidden, NotFound
from services.common.kernel.ids import new_id
from services.common.persistence.tables import audit
from services.common.security.tokens import Delegation
from services.contracts.applications import applicant, review
from services.contracts.billing.payments import ListPayments
from services.contracts.correspondence.messages import ListMessageLog
from services.contracts.pages import DOCUMENTS
from tests.support.actors.applications_journey import Applicant, Staff
from tests.support.actors.billing_journey import Journey
from tests.support.actors.correspondence_desk import Person, until


def looks(system, service, action):
    """Who looked at what, oldest first."""
    with system.session(service) as session:
        query = select(audit.c.actor, audit.c.subject, audit.c.after).where(audit.c.action == action)
        return [tuple(row) for row in session.execute(query.order_by(audit.c.position))]


@pytest.fixture
def running(system):
    system.start("applications")
    return system


def test_a_reviewer_who_opens_an_application_is_in_the_trail_at_each_look(running):
    person, staff = Applicant(running), Staff(running)
    for caller in (staff.officer, staff.registrar, staff.officer):
        staff.see(person.id, caller)
    subject = f"application/{person.id}"
    assert looks(running, "applications", "application:read") == [
        (caller.name, subject, None) for caller in (staff.officer, staff.registrar, staff.officer)
    ]


def test_an_applicant_looking_at_the_own_application_leaves_no_trace(running):
    person = Applicant(running)
    person.mine()
    document = person.upload("government_id")
    person.call(applicant.ReadDocument, document_id=document["id"])
    assert looks(running, "applications", "application:read") == looks(running, "applications", "document:read") == []


def test_a_document_read_by_staff_or_a_delegate_is_in_the_trail_under_their_name(running):
    person, staff = Applicant(running), Staff(running)
    document = person.upload("government_id")
    delegation = Delegation(delegate_id := new_id(), frozenset({DOCUMENTS}))
    token = running.keys.signer.sign(person.account_id, ["applicant"], new_id(), "en", None, delegation)
    delegate = running.keys.verifier.caller(token, None, None, None)
    for caller in (staff.officer, delegate):
        running.call(applicant.ReadDocument, caller, document_id=document["id"])
    after = {"application": str(person.id)}
    assert looks(running, "applications", "document:read") == [
        (staff.officer.name, f"document/{document['id']}", after),
        (f"account/{delegate_id} for account/{person.account_id}", f"document/{document['id']}", after),
    ]


def test_who_is_turned_away_has_seen_nothing_and_is_no_look(running):
    person, stranger = Applicant(running), running.caller("applicant")
    document = person.upload("government_id")
    with pytest.raises(NotFound):
        running.call(applicant.ReadDocument, stranger, document_id=document["id"])
    with pytest.raises(Forbidden):
        running.call(review.GetApplication, stranger, application_id=person.id)
    with pytest.raises(NotFound):
        Staff(running).see(new_id())
    assert looks(running, "applications", "application:read") == looks(running, "applications", "document:read") == []


def test_a_look_at_the_payments_says_which_were_shown(system):
    journey = Journey(system)
    journey.notify(journey.payment(journey.invoiced()))
    [payment] = system.call(ListPayments, journey.staff)["payments"]
    system.call(ListPayments, journey.staff, flagged=True)
    assert looks(system, "billing", "payment:list") == [
        (journey.staff.name, "payments", {"flagged": False, "shown": [str(payment["id"])]}),
        (journey.staff.name, "payments", {"flagged": True, "shown": []}),
    ]


def test_a_look_at_the_message_log_says_whose_and_which_were_shown(system):
    system.start("correspondence", SMTP_HOST="127.0.0.1", SMTP_PORT="9")
    person, staff = Person.opened(system), system.caller("support")
    until(lambda: system.call(ListMessageLog, system.caller("support"))["messages"])
    [message] = system.call(ListMessageLog, staff, account_id=person.account_id)["messages"]
    shown = [str(message["id"])]
    system.call(ListMessageLog, staff, delivery="bounced")
    system.call(ListMessageLog, staff, to=person.email)
    mine = [look for look in looks(system, "correspondence", "message:list") if look[0] == staff.name]
    assert mine == [
        (staff.name, f"account/{person.account_id}", {"delivery": None, "by_address": False, "shown": shown}),
        (staff.name, "messages", {"delivery": "bounced", "by_address": False, "shown": []}),
        (staff.name, "messages", {"delivery": None, "by_address": True, "shown": shown}),
    ]
    assert person.email not in str(looks(system, "correspondence", "message:list"))
