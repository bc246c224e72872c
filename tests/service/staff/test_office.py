"""Payments and messages from the command line: with the real services over the real broker."""

from uuid import uuid4

import pytest

from services.common.kernel import clock
from services.common.security.encryption import SealedBox
from services.contracts.applications.events import ApplicationSubmitted
from services.contracts.identity.events import AccountOpened
from tests.support.actors.billing_journey import Journey
from tests.support.actors.correspondence_desk import Sink
from tests.support.actors.staff_terminal import Terminal


@pytest.fixture
def billing(system):
    journey = Journey(system)
    return journey, Terminal(system).signed_in_as("billing_officer")


def test_no_payments_is_told_apart_from_none_that_needs_a_person(billing):
    _, terminal = billing
    assert "No payment has come yet." in terminal.done("payments")
    assert "No payment needs attention" in terminal.done("payments", "--flagged")
    assert "rien à relancer" in terminal.done("unfinished", "--language", "fr")


def test_a_flagged_payment_is_listed_and_dealt_with(billing):
    journey, terminal = billing
    number = journey.invoiced()
    assert journey.notify(journey.payment(number, amount_cents=10_000)) == "flagged"
    page = terminal.done("payments", "--flagged")
    assert "Another amount" in page
    assert "$100.00" in page
    assert "100,00\xa0$" in terminal.done("payments", "--flagged", "--language", "fr")
    (payment,) = terminal.data("payments", "--flagged")["payments"]
    assert payment["amount"] == {"amount": "100.00", "currency": "CAD"}
    assert "Sent back." in terminal.done("resolve-payment", payment["id"], "--note", "Sent back.")
    assert terminal.data("payments", "--flagged")["payments"] == []
    terminal.refused("resolve-payment", payment["id"], "--note", "Again.", code="conflict")
    terminal.refused("resolve-payment", uuid4(), "--note", "Whose?", code="not_found")


def test_a_notice_that_is_no_payment_is_listed_and_dealt_with(billing):
    journey, terminal = billing
    assert "nothing but payments" in terminal.done("payment-notices")
    assert "No notice needs attention" in terminal.done("payment-notices", "--unresolved")
    number = journey.invoiced()
    journey.notify(
        {"reference": number, "amount_cents": 10_000, "currency": "CAD", "reason": "fraudulent \x1b[31m"}, kind="dispute.created"
    )
    page = terminal.done("payment-notices", "--unresolved")
    assert number in page and "payment is disputed" in page and "$100.00" in page
    assert "fraudulent" in page and "\x1b" not in page
    assert "Paiement contesté" in terminal.done("payment-notices", "--language", "fr")
    (notice,) = terminal.data("payment-notices", "--unresolved")["notices"]
    assert "Answered." in terminal.done("resolve-payment-notice", notice["id"], "--note", "Answered.")
    assert terminal.data("payment-notices", "--unresolved")["notices"] == []
    terminal.refused("resolve-payment-notice", notice["id"], "--note", "Again.", code="conflict")
    Terminal(journey.system).signed_in_as("support").refused("payment-notices", code="forbidden")


def test_payments_go_on_where_the_page_ended(billing):
    journey, terminal = billing
    for _ in range(3):
        journey.notify(journey.payment("INV-UNKNOWN"))
    first = terminal.data("payments", "--limit", "2")
    rest = terminal.data("payments", "--limit", "2", "--cursor", first["next_cursor"])
    assert len({one["id"] for one in first["payments"] + rest["payments"]}) == 3
    assert "No such invoice" in terminal.done("payments")


def test_a_paid_invoice_without_a_registration_is_listed_and_replayed(billing):
    journey, terminal = billing
    number = journey.invoiced()
    terminal.refused("replay", number, code="conflict")
    journey.notify(journey.payment(number))
    page = terminal.done("unfinished")
    assert number in page
    assert "Paid, registration in progress" in page
    assert f"The payment of {number} was announced again." in terminal.done("replay", number)


def test_payments_are_for_those_who_look_after_money(billing):
    Terminal(billing[0].system).signed_in_as("support").refused("payments", code="forbidden")


@pytest.fixture
def post(system, tmp_path_factory):
    sink = Sink(tmp_path_factory.mktemp("sink"))
    system.start("correspondence", **sink.environment)
    account_id = uuid4()
    system.publish(
        AccountOpened,
        account_id=account_id,
        email="ann@example.org",
        language="en",
        application_id="A-0000017-L",
        sealed_link=SealedBox(system.keys.sealing_key).seal("http://college.test/activate?token=secret"),
        expires_hours=48,
    )
    system.publish(
        ApplicationSubmitted,
        application_id=uuid4(),
        account_id=account_id,
        reference="APP-000017-B",
        category="rp_qualifying",
        applicant_name="Ann Lee",
        submitted_at=clock.now(),
    )
    sink.mails_to("ann@example.org", count=2)
    yield account_id, Terminal(system).signed_in_as("support")
    sink.stop()


def test_messages_are_listed_with_their_delivery_and_sent_again(post):
    account_id, terminal = post
    terminal.system.settle()
    page = terminal.done("messages", "--account", account_id)
    assert "ann@example.org" in page
    assert "Sent" in page
    assert "token=secret" not in page
    messages = {one["kind"]: one for one in terminal.data("messages")["messages"]}
    assert len(messages) == 2
    activation = next(one for kind, one in messages.items() if "submitted" not in kind)
    receipt = next(one for kind, one in messages.items() if "submitted" in kind)
    shown = terminal.done("message", activation["id"])
    assert activation["subject"] in shown and "Account activation" in shown and "ann@example.org" in shown
    assert "This link was in the email only." in shown and "token=secret" not in shown
    assert "Activation du compte" in terminal.done("message", activation["id"], "--language", "fr")
    assert "APP-000017-B" in terminal.data("message", receipt["id"])["body"]
    terminal.refused("message", uuid4(), code="not_found")
    assert receipt["subject"] in terminal.done("resend", receipt["id"])
    assert "lien à usage unique" in terminal.refused("resend", activation["id"], "--language", "fr", code="cannot_resend")
    assert "No message fits" in terminal.done("messages", "--delivery", "bounced")
    terminal.refused("resend", uuid4(), code="not_found")
