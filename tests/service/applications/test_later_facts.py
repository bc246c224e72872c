"""What applications learns after an approval: invoice, payment, registration, in whatever order it comes."""

import itertools
from datetime import timedelta

import pytest

from services.common.kernel import clock
from services.common.kernel.ids import new_id
from services.common.kernel.money import Money
from services.contracts.applications import applicant, review
from services.contracts.billing.events import InvoiceIssued, PaymentReceived
from services.contracts.registry import RegistrationFinalised
from tests.support.actors.applications_journey import Applicant, Staff, in_review

INVOICE, NUMBER = "INV-0000001-7", "1000-8"


@pytest.fixture
def running(system):
    system.start("applications")
    return system


def approved(running):
    person = in_review(running)
    Staff(running).step(review.Decide, person.id, decision="approved")
    return person


def facts(person: Applicant):
    today, amount = clock.local_date(clock.now(), "America/Toronto"), Money(36_273)
    about = {"account_id": person.account_id, "application_id": person.id, "invoice_number": INVOICE}
    return {
        InvoiceIssued: {**about, "category": "rp_qualifying", "conditions": [], "total": amount, "issued_on": today},
        PaymentReceived: {**about, "payment_id": new_id(), "receipt_number": "REC-1", "amount": amount, "paid_at": clock.now()},
        RegistrationFinalised: {
            **about,
            "registrant_id": new_id(),
            "registration_number": NUMBER,
            "category": "rp_qualifying",
            "name": "Amélie Tremblay-Ōta",
            "registered_on": today,
            "certificate_number": "CERT-1",
        },
    }


def test_the_file_follows_invoice_payment_and_registration(running):
    person = approved(running)
    assert person.mine()["who_acts_next"] == "college"
    seen = []
    for fact, data in facts(person).items():
        before = len(person.call(applicant.GetTimeline)["entries"])
        running.publish_again(running.publish(fact, **data))
        person.until(lambda before=before: len(person.call(applicant.GetTimeline)["entries"]) > before)
        mine = person.mine()
        seen.append((mine["state"], mine["payment"], mine["who_acts_next"], mine["invoice_number"]))
    running.settle()
    assert seen == [
        ("approved", "invoiced", "applicant", INVOICE),
        ("approved", "being_finalised", "college", INVOICE),
        ("finalised", "finalised", "nobody", INVOICE),
    ]
    entries = person.call(applicant.GetTimeline)["entries"]
    assert [(entry["kind"], entry["note"]) for entry in entries[-3:]] == [
        ("invoice_issued", INVOICE),
        ("payment_received", "REC-1"),
        ("finalised", NUMBER),
    ]


def test_facts_that_come_in_any_order_lead_to_the_same_end_and_are_told_in_the_order_in_which_they_happened(running):
    for number, order in enumerate(itertools.permutations((InvoiceIssued, PaymentReceived, RegistrationFinalised))):
        person = in_review(running, f"A000{number}")
        Staff(running).step(review.Decide, person.id, decision="approved")
        told = facts(person)
        approved_at = clock.now()
        happened_at = {fact: approved_at + place * timedelta(milliseconds=1) for place, fact in enumerate(told)}
        for fact in order:
            before = len(person.call(applicant.GetTimeline)["entries"])
            running.publish(fact, _at=happened_at[fact], **told[fact])
            person.until(lambda before=before, one=person: len(one.call(applicant.GetTimeline)["entries"]) > before)
        mine = person.mine()
        assert (mine["state"], mine["payment"], mine["invoice_number"]) == ("finalised", "finalised", INVOICE)
        assert told_last(person) == ["approved", "invoice_issued", "payment_received", "finalised"]


def test_what_happened_at_one_instant_is_told_in_the_order_in_which_such_things_follow(running):
    person = approved(running)
    told, at = facts(person), clock.now()
    for fact in (PaymentReceived, InvoiceIssued):
        before = len(person.call(applicant.GetTimeline)["entries"])
        running.publish(fact, _at=at, **told[fact])
        person.until(lambda before=before: len(person.call(applicant.GetTimeline)["entries"]) > before)
    assert told_last(person, 2) == ["invoice_issued", "payment_received"]


def test_what_another_clock_says_is_still_to_come_is_told_as_of_now(running):
    person = approved(running)
    running.publish(InvoiceIssued, _at=clock.now() + timedelta(hours=1), **facts(person)[InvoiceIssued])
    person.until(lambda: told_last(person, 1) == ["invoice_issued"])
    assert person.call(applicant.GetTimeline)["entries"][-1]["at"] <= clock.now()


def told_last(person, count=4):
    return [entry["kind"] for entry in person.call(applicant.GetTimeline)["entries"]][-count:]


def test_a_registration_of_an_application_that_is_not_approved_is_parked_for_people_to_see(running):
    person = Applicant(running)
    running.publish(RegistrationFinalised, **facts(person)[RegistrationFinalised])
    parked = []
    person.until(lambda: parked.extend(running.dead_letters("applications")) or parked)
    assert person.mine()["state"] == "draft"
