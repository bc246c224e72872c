"""What of a payment is applied to which invoice: wholly, in parts where the charge takes them, or not at all and seen."""

import shutil
from pathlib import Path

import eventlet
import pytest
from alembic import command
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from deploy.locks import ROOT
from services.billing.models import LedgerPosting, PaymentAllocation
from services.common.persistence.migrate import alembic_config, migrate
from services.contracts import billing as contracts
from services.contracts.billing.events import FinalisationReplayed, PartPaymentReceived, PaymentReceived
from tests.support.actors.billing_journey import Journey
from tests.support.actors.registry_journey import content, words_of

WHOLE = 36273


@pytest.fixture
def in_parts(system, tmp_path):
    """Somebody with an invoice in a college that takes it in parts."""
    profile = Path(shutil.copytree(ROOT / "deploy/colleges/crpo", tmp_path / "crpo"))
    charges = profile / "charges.yaml"
    whole = charges.read_text(encoding="utf-8")
    way = "registration_fee_of_category: true"
    charges.write_text(whole.replace(way, f"{way}\n    may_be_paid_in_parts: true"), encoding="utf-8")
    return Journey(system, COLLEGE_PROFILE=str(profile))


def pay(journey, number, cents):
    return journey.notify(journey.payment(number, amount_cents=cents))


def applied(system):
    with system.session("billing") as session:
        return session.scalars(select(PaymentAllocation.amount_cents).order_by(PaymentAllocation.amount_cents)).all()


def books(system):
    with system.session("billing") as session:
        query = select(LedgerPosting.account, func.sum(LedgerPosting.amount_cents)).group_by(LedgerPosting.account)
        sums = {account: int(cents) for account, cents in session.execute(query)}
    assert sum(sums.values()) == 0
    return sums


def test_a_payment_that_settles_is_applied_wholly(system):
    journey = Journey(system)
    number = journey.invoiced()
    assert journey.invoice()["left_to_pay"].amount == "362.73"
    assert pay(journey, number, WHOLE) == "recorded"
    assert applied(system) == [WHOLE]
    assert journey.invoice()["left_to_pay"].amount == "0.00"
    (payment,) = system.call(contracts.payments.ListPayments, journey.staff)["payments"]
    assert payment["unapplied"].amount == "0.00"


def test_a_payment_that_fits_nothing_is_applied_to_nothing_and_all_of_it_is_seen(system):
    journey = Journey(system)
    number = journey.invoiced()
    assert pay(journey, number, 10000) == "flagged"  # this college takes no parts
    assert applied(system) == []
    assert journey.invoice()["left_to_pay"].amount == "362.73"
    (payment,) = system.call(contracts.payments.ListPayments, journey.staff)["payments"]
    assert (payment["flag"], payment["unapplied"].amount) == ("amount_mismatch", "100.00")
    assert books(system)["unapplied_payments"] == -10000


def test_parts_leave_an_invoice_open_with_what_is_left_until_the_last_one(system, in_parts):
    number = in_parts.invoiced()
    assert [pay(in_parts, number, cents) for cents in (10000, 20000)] == ["recorded", "recorded"]
    invoice = in_parts.invoice()
    assert (invoice["state"], invoice["left_to_pay"].amount, invoice["receipt_number"]) == ("open", "62.73", None)
    first, second = system.announced(PartPaymentReceived, count=2)
    assert [one.data["left_to_pay"]["amount"] for one in (first, second)] == ["262.73", "62.73"]
    assert first.data["receipt_number"] != second.data["receipt_number"]
    assert [fact for fact in system.heard if fact.type == PaymentReceived.type] == []
    assert books(system)["receivable"] == 6273
    assert pay(in_parts, number, 6273) == "recorded"
    (received,) = system.announced(PaymentReceived)
    invoice = in_parts.invoice()
    assert (invoice["state"], invoice["left_to_pay"].amount) == ("being_finalised", "0.00")
    assert invoice["receipt_number"] == received.data["receipt_number"]
    assert applied(system) == [6273, 10000, 20000]
    assert books(system)["receivable"] == 0
    assert books(system)["cash_at_provider"] == WHOLE
    in_full = system.call(contracts.issued.GetIssuedInvoice, in_parts.staff, number=number)
    assert [payment["unapplied"].cents for payment in in_full["payments"]] == [0, 0, 0]


def test_what_is_told_again_is_the_payment_that_made_it_whole(system, in_parts):
    number = in_parts.invoiced()
    for cents in (10000, WHOLE - 10000):
        pay(in_parts, number, cents)
    system.call(contracts.issued.ReplayFinalisation, in_parts.staff, number=number)
    (received,), (replayed,) = system.announced(PaymentReceived), system.announced(FinalisationReplayed)
    assert replayed.data == received.data


def test_more_than_is_left_is_applied_to_nothing(system, in_parts):
    number = in_parts.invoiced()
    pay(in_parts, number, 30000)
    assert pay(in_parts, number, 10000) == "flagged"
    assert in_parts.invoice()["left_to_pay"].amount == "62.73"
    (payment,) = system.call(contracts.payments.ListPayments, in_parts.staff, flagged=True)["payments"]
    assert payment["unapplied"].amount == "100.00"


def test_of_two_payments_of_the_rest_at_once_one_is_applied(system, in_parts):
    number = in_parts.invoiced()
    pay(in_parts, number, 30000)
    outcomes = list(eventlet.GreenPool(2).imap(lambda _: pay(in_parts, number, 6273), range(2)))
    assert sorted(outcomes) == ["flagged", "recorded"]
    assert applied(system) == [6273, 30000]


def test_each_part_has_a_receipt_that_says_it_is_one(system, in_parts):
    number = in_parts.invoiced()
    pay(in_parts, number, 10000)
    (part,) = system.announced(PartPaymentReceived)
    stored = system.call(contracts.invoices.ReadReceipt, in_parts.payer, number=part.data["receipt_number"])
    said = words_of(content(system, stored))
    assert "Paid in part (CAD) $100.00" in said and "Invoice total (CAD) $362.73" in said
    assert "Paid in full" not in said and "Total paid" not in said


def test_the_database_applies_no_more_than_there_is(system):
    journey = Journey(system)
    number = journey.invoiced()
    pay(journey, number, 10000)
    for cents, faulty in ((10001, "more is applied"), (0, "ck_payment_allocations_amount")):
        with pytest.raises(DBAPIError, match=faulty), system.session("billing", as_service=True) as session:
            session.execute(
                text(
                    "INSERT INTO payment_allocations (payment_id, invoice_id, amount_cents, at) "
                    "SELECT p.id, p.invoice_id, :cents, now() FROM payments p"
                ),
                {"cents": cents},
            )
    with pytest.raises(DBAPIError, match="permission denied"), system.session("billing", as_service=True) as session:
        session.execute(text("DELETE FROM payment_allocations"))


def test_payments_of_before_are_carried_over(system):
    journey = Journey(system)
    number = journey.invoiced()
    pay(journey, number, 10000)
    pay(journey, number, WHOLE)
    system.stop("billing")
    url = system.engines.admin_database_url(system.database("billing"))
    config, engine = alembic_config("services.billing"), create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        config.attributes.update(connection=connection, metadata=None)
        command.downgrade(config, "0007")
        connection.commit()
    engine.dispose()
    assert migrate("services.billing", url, system._templates.role("billing")) >= "0008"
    assert applied(system) == [WHOLE]  # what was flagged is applied to nothing
    Journey(system)
    shown = system.call(contracts.payments.ListPayments, journey.staff, order="amount")["payments"]
    assert [payment["unapplied"].amount for payment in shown] == ["0.00", "100.00"]


def test_a_payment_that_the_release_before_records_meanwhile_is_applied_wholly(system):
    journey = Journey(system)
    number = journey.invoiced()
    pay(journey, number, WHOLE)
    with system.session("billing") as session:
        session.execute(text("DELETE FROM payment_allocations"))
    (payment,) = system.call(contracts.payments.ListPayments, journey.staff)["payments"]
    assert (payment["unapplied"].amount, journey.invoice()["left_to_pay"].amount) == ("0.00", "0.00")
