"""The application fee (R8), through applications and billing together, in a college that charges it: submitted, invoiced, paid, complete."""

import pytest
from sqlalchemy import text

from services.billing import finalisation
from services.billing.settings import BillingSettings
from services.common.kernel import clock
from services.common.kernel.caller import Caller
from services.common.kernel.errors import Conflict
from services.common.kernel.ids import new_id
from services.common.kernel.money import Money
from services.common.persistence.engine import Database
from services.common.persistence.unit_of_work import UnitOfWorkFactory
from services.contracts import billing
from services.contracts.applications import applicant, review
from services.contracts.applications.errors import FeeToBePaid
from services.contracts.applications.events import ApplicationFoundComplete, ApplicationSubmitted, SubmissionPaid
from services.contracts.billing.events import FinalisationReplayed, InvoiceIssued, PaymentReceived
from tests.support.actors.applications_journey import Staff, submitted
from tests.support.actors.billing_journey import Journey
from tests.support.colleges.charging_college import charging

UNPAID = {"en": "Submitted, fee to be paid", "fr": "Soumise, droits à payer"}


@pytest.fixture
def profile(tmp_path):
    """A college that charges it."""
    return charging(tmp_path)


@pytest.fixture
def college(system, profile):
    """Applications and billing of that college, and somebody at the payment provider."""
    provider = Journey(system, COLLEGE_PROFILE=profile)
    system.start("applications", COLLEGE_PROFILE=profile)
    system.provider = provider
    return system


def invoiced(college, reference="A0000017"):
    """An applicant who has submitted, and the number of the invoice."""
    person = submitted(college, reference)
    person.until(lambda: person.mine()["fee_invoice_number"])
    return person, person.mine()["fee_invoice_number"]


def pay(college, number, **changes):
    return college.provider.notify(college.provider.payment(number, **{"amount_cents": 18080, **changes}))


def invoice_of(person, number):
    return person.call(billing.invoices.GetInvoice, number=number)


def test_a_submission_is_complete_only_once_its_fee_is_paid_and_nobody_has_to_do_anything_for_that(college):
    person, number = invoiced(college)
    staff, mine = Staff(college), person.mine()
    assert (mine["state"], mine["state_words"], mine["fee"], mine["who_acts_next"]) == (
        "submitted",
        UNPAID,
        "to_be_paid",
        "applicant",
    )
    invoice = invoice_of(person, number)
    assert (invoice["total"].amount, invoice["purpose"], invoice["state"]) == ("180.80", "application", "open")
    (queued,) = college.call(review.ListApplications, staff.officer)["applications"]
    assert (queued["state_words"], queued["fee"]) == (UNPAID, "to_be_paid")
    assert staff.see(person.id).possible_steps == ["request_more"]
    with pytest.raises(FeeToBePaid):
        staff.step(review.MarkComplete, person.id)
    assert pay(college, number) == "recorded"
    person.until(lambda: invoice_of(person, number)["state"] == "finalised")
    mine = person.mine()
    assert (mine["state"], mine["fee"], mine["who_acts_next"]) == ("submitted", "paid", "college")
    assert (mine["payment"], mine["invoice_number"]) == ("none", None)  # nothing of the registration
    assert staff.see(person.id).possible_steps == ["mark_complete", "request_more"]
    assert staff.step(review.MarkComplete, person.id)["state"] == "complete"
    college.announced(ApplicationFoundComplete)
    assert [kind for kind in kinds_told(person) if kind in ("submitted", "fee_invoiced", "fee_paid", "found_complete")] == [
        "submitted",
        "fee_invoiced",
        "fee_paid",
        "found_complete",
    ]


def test_the_registration_is_invoiced_beside_it_as_ever(college):
    person, number = invoiced(college)
    pay(college, number)
    person.until(lambda: person.mine()["fee"] == "paid")
    staff = Staff(college)
    for step in (review.MarkComplete, review.BeginReview):
        staff.step(step, person.id)
    staff.step(review.Decide, person.id, decision="approved")
    person.until(lambda: person.mine()["payment"] == "invoiced")
    registration = person.mine()["invoice_number"]
    assert registration != number
    assert pay(college, registration, amount_cents=36273) == "recorded"
    person.until(lambda: person.mine()["payment"] == "being_finalised")
    assert [one.data["effect"] for one in college.announced(PaymentReceived, count=2)] == [
        "completes_submission",
        "finalises_registration",
    ]
    assert person.mine()["fee_invoice_number"] == number


def test_a_payment_that_is_told_again_and_again_is_taken_up_once(college):
    person, number = invoiced(college)
    payment = college.provider.payment(number, amount_cents=18080)
    assert [college.provider.notify(payment) for _ in range(3)] == ["recorded", "recorded_before", "recorded_before"]
    person.until(lambda: invoice_of(person, number)["state"] == "finalised")
    (received,) = college.announced(PaymentReceived)
    college.publish_again({**vars(received), "id": str(new_id())})  # another event of the same fact
    college.settle()
    assert len(college.announced(SubmissionPaid)) == 1
    assert kinds_told(person).count("fee_paid") == 1
    assert college.dead_letters("applications") == college.dead_letters("billing") == []


def test_another_amount_is_kept_for_a_person_and_completes_nothing(college):
    person, number = invoiced(college)
    assert pay(college, number, amount_cents=16000) == "flagged"
    college.settle()
    assert person.mine()["fee"] == "to_be_paid"
    assert invoice_of(person, number)["state"] == "open"


def test_whoever_answers_what_was_asked_for_is_not_charged_again(college):
    person, number = invoiced(college)
    staff = Staff(college)
    items = [{"field": "phone", "requirement": None, "reason": "One digit is missing."}]
    staff.step(review.RequestMore, person.id, items=items)
    assert person.mine()["state_words"]["en"] == "More information needed"
    person.change("personal_information", phone="416 555-0199")
    person.submit()
    mine = person.mine()
    assert (mine["state_words"], mine["fee_invoice_number"]) == (UNPAID, number)
    pay(college, number)
    person.until(lambda: person.mine()["fee"] == "paid")
    assert len(college.announced(InvoiceIssued)) == len(college.announced(ApplicationSubmitted)) == 1


def test_the_sweep_repairs_a_fee_whose_payment_nobody_heard_of(college):
    person, number = invoiced(college)
    pay(college, number)
    person.until(lambda: invoice_of(person, number)["state"] == "finalised")
    unheard(college, number)
    with college.session("applications") as session:
        session.execute(text("UPDATE applications SET fee = 'to_be_paid'"))
    (waiting,) = college.call(billing.issued.ListUnfinished, college.provider.staff)["invoices"]
    assert (waiting["purpose"], waiting["number"], waiting["state"]) == ("application", number, "being_finalised")
    database = Database(college.service_url("billing"), pool=1)
    settings = BillingSettings(public_url="http://college.test", webhook_secret="")
    assert finalisation.sweep(UnitOfWorkFactory(database, Caller), settings) == 1
    database.close()
    college.announced(FinalisationReplayed)
    person.until(lambda: invoice_of(person, number)["state"] == "finalised")
    assert person.mine()["fee"] == "paid"


def test_staff_replay_a_fee_that_was_taken_up_and_that_billing_did_not_hear_of(college):
    person, number = invoiced(college)
    pay(college, number)
    person.until(lambda: invoice_of(person, number)["state"] == "finalised")
    unheard(college, number)
    college.call(billing.issued.ReplayFinalisation, college.provider.staff, number=number)
    person.until(lambda: invoice_of(person, number)["state"] == "finalised")
    assert len(college.announced(SubmissionPaid, count=2)) == 2
    assert college.call(billing.issued.ListUnfinished, college.provider.staff)["invoices"] == []
    with pytest.raises(Conflict):
        college.call(billing.issued.ReplayFinalisation, college.provider.staff, number=number)


def test_a_fee_is_taken_up_also_when_its_payment_is_heard_of_before_its_invoice(system, profile):
    system.start("applications", COLLEGE_PROFILE=profile)
    person = submitted(system)
    about = {
        "purpose": "application",
        "effect": "completes_submission",
        "application_id": person.id,
        "account_id": person.account_id,
    }
    about |= {"invoice_number": "INV-0000001-7"}
    amount, now = Money(18080), clock.now()
    system.publish(PaymentReceived, **about, payment_id=new_id(), receipt_number="REC-1", amount=amount, paid_at=now)
    person.until(lambda: person.mine()["fee"] == "paid")
    system.publish(InvoiceIssued, **about, category="rp_qualifying", conditions=[], total=amount, issued_on=now.date())
    person.until(lambda: "fee_invoiced" in kinds_told(person))
    assert (person.mine()["fee"], person.mine()["fee_invoice_number"]) == ("paid", "INV-0000001-7")


def test_a_fee_that_is_paid_after_the_application_was_withdrawn_waits_for_nothing(college):
    person, number = invoiced(college)
    person.call(applicant.WithdrawApplication, reason=None)
    pay(college, number)
    person.until(lambda: invoice_of(person, number)["state"] == "finalised")
    assert (person.mine()["state"], person.mine()["fee"]) == ("withdrawn", "paid")


def test_in_a_college_without_that_charge_nothing_is_asked_for(system):
    Journey(system)
    system.start("applications")
    person = submitted(system)
    assert (person.mine()["fee"], person.mine()["state_words"]["en"]) == ("none", "Submitted")
    assert Staff(system).step(review.MarkComplete, person.id)["state"] == "complete"
    assert [fact for fact in system.heard if fact.type == InvoiceIssued.type] == []


def kinds_told(person):
    return [entry["kind"] for entry in person.call(applicant.GetTimeline)["entries"]]


def unheard(college, number):
    """Has billing believe that nobody answered the payment, and that it is time to say so."""
    with college.session("billing") as session:
        waits = "state = 'being_finalised', finalised_at = NULL, replay_due_at = now() - interval '1 second'"
        session.execute(text(f"UPDATE invoices SET {waits} WHERE number = :number"), {"number": number})  # noqa: S608 - our own words
