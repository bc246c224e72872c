"""Payments by signed notice: recorded once, flagged when they fit nothing, refused when not genuine."""

import time

import eventlet
import orjson
import pytest
from sqlalchemy import func, select

from services.billing.models import LedgerEntry, LedgerPosting, Payment
from services.billing.notices import sign
from services.common.kernel.errors import Conflict, NotFound
from services.common.kernel.ids import new_id
from services.common.persistence.tables import audit
from services.contracts import billing as contracts
from services.contracts.billing.events import PaymentFlagged, PaymentReceived
from services.contracts.billing.payments import NoticeNotGenuine
from tests.support.actors.billing_journey import SECRET, Journey


@pytest.fixture
def journey(system):
    return Journey(system)


def test_the_right_payment_settles_the_invoice_and_is_announced(system, journey):
    number = journey.invoiced()
    assert journey.notify(journey.payment(number)) == "recorded"
    (received,) = system.announced(PaymentReceived)
    invoice = journey.invoice()
    assert invoice["state"] == "being_finalised"
    assert invoice["receipt_number"] == received.data["receipt_number"]
    assert invoice["paid_at"].isoformat() == "2026-11-23T15:04:05+00:00"
    assert received.data["invoice_number"] == number
    assert received.data["amount"] == {"amount": "362.73", "currency": "CAD"}
    assert received.data["application_id"] == str(journey.application_id)
    assert received.actor == "payment-provider"
    assert _balances(system) == {
        ("receivable", "CAD"): 0,
        ("cash_at_provider", "CAD"): 36273,
        ("fee_revenue", "CAD"): -32100,
        ("tax_payable", "CAD"): -4173,
    }
    with system.session("billing") as session:
        assert session.scalars(select(audit.c.action).order_by(audit.c.position)).all() == ["invoice:issue", "payment:record"]


def test_a_payment_told_twenty_times_at_once_is_recorded_once(system, journey):
    payment = journey.payment(journey.invoiced())
    pool = eventlet.GreenPool(20)
    outcomes = list(pool.imap(lambda _: journey.notify(payment), range(20)))
    assert sorted(outcomes) == ["recorded"] + ["recorded_before"] * 19
    system.settle()
    assert len(system.announced(PaymentReceived)) == 1
    with system.session("billing") as session:
        assert session.scalar(select(func.count()).select_from(Payment)) == 1
        assert session.scalar(select(func.count()).select_from(LedgerEntry)) == 2


def test_a_payment_for_no_invoice_told_many_times_at_once_is_flagged_once(system, journey):
    payment = journey.payment("INV-9999999-X")
    pool = eventlet.GreenPool(10)
    outcomes = list(pool.imap(lambda _: journey.notify(payment), range(10)))
    assert sorted(outcomes) == ["flagged"] + ["recorded_before"] * 9
    system.settle()
    assert len(system.announced(PaymentFlagged)) == 1


@pytest.mark.parametrize(
    ("change", "flag"),
    [
        ({"amount_cents": 36272}, "amount_mismatch"),
        ({"amount_cents": 36274}, "amount_mismatch"),
        ({"currency": "USD"}, "currency_mismatch"),
        ({"reference": "INV-9999999-X"}, "unknown_invoice"),
        ({"reference": ""}, "unknown_invoice"),
        ({"reference": "nul \x00 and more"}, "unknown_invoice"),
    ],
)
def test_a_payment_that_does_not_fit_is_kept_as_unapplied_and_flagged(system, journey, change, flag):
    number = journey.invoiced()
    payment = journey.payment(number, **change)
    assert journey.notify(payment) == "flagged"
    (flagged,) = system.announced(PaymentFlagged)
    assert flagged.data["flag"] == flag
    assert journey.invoice()["state"] == "open"
    assert journey.invoice()["receipt_number"] is None
    balances = _balances(system)
    currency = payment["currency"]
    assert balances["unapplied_payments", currency] == -payment["amount_cents"]
    assert balances["cash_at_provider", currency] == payment["amount_cents"]
    assert balances["receivable", "CAD"] == 36273
    # The invoice can still be paid as it should be.
    assert journey.notify(journey.payment(number)) == "recorded"
    with system.session("billing") as session:
        actions = session.scalars(select(audit.c.action).order_by(audit.c.position)).all()
    assert actions == ["invoice:issue", "payment:flag", "payment:record"]


@pytest.mark.parametrize(
    "paid_at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00Z", "1799-12-31T00:00:00Z"]
)
def test_a_notice_of_an_instant_that_cannot_have_been_is_flagged_and_not_an_error_of_ours(system, journey, paid_at):
    payment = journey.payment(journey.invoiced(), paid_at=paid_at)
    assert journey.notify(payment) == "flagged"
    assert system.call(contracts.payments.ListPayments, journey.staff)["payments"] == []
    assert journey.notify({**payment, "paid_at": "2026-11-23T15:04:05Z"}) == "recorded"  # as it comes once that is mended


def test_a_flagged_payment_is_announced_with_whose_invoice_it_names(system, journey):
    number = journey.invoiced()
    journey.notify(journey.payment(number, amount_cents=100))
    journey.notify(journey.payment("INV-9999999-X"))
    known, unknown = (fact.data for fact in system.announced(PaymentFlagged, 2))
    assert (known["account_id"], known["invoice_number"]) == (str(journey.account_id), number)
    assert (unknown["account_id"], unknown["invoice_number"]) == (None, None)


def test_a_second_payment_of_one_invoice_is_flagged_and_the_receipt_stays(system, journey):
    number = journey.invoiced()
    pool = eventlet.GreenPool(2)
    outcomes = list(pool.imap(lambda _: journey.notify(journey.payment(number)), range(2)))
    assert sorted(outcomes) == ["flagged", "recorded"]
    system.settle()
    assert len(system.announced(PaymentReceived)) == 1
    assert system.announced(PaymentFlagged)[0].data["flag"] == "already_paid"
    assert _balances(system)["unapplied_payments", "CAD"] == -36273


def test_a_forged_altered_or_replayed_notice_is_refused_and_nothing_is_recorded(system, journey):
    number = journey.invoiced()
    body = {"id": "evt_1", "type": "payment.succeeded", "created": 1, "data": journey.payment(number)}
    notice, now = orjson.dumps(body).decode(), int(time.time())
    good = sign(SECRET, now, notice)
    refused = [
        (notice, sign("another secret", now, notice)),
        (notice.replace("36273", "36274"), good),
        (notice + " ", good),
        (notice, sign(SECRET, now - 301, notice)),
        (notice, sign(SECRET, now + 301, notice)),
        (notice, good.replace(f"t={now}", f"t={now - 1}")),
        (notice, ""),
        (notice, "t=,v1="),
    ]
    for text, signature in refused:
        with pytest.raises(NoticeNotGenuine):
            journey.send(text, signature)
    with system.session("billing") as session:
        assert session.scalar(select(func.count()).select_from(Payment)) == 0
    assert journey.send(notice, good) == "recorded"


def test_a_person_resolves_a_flagged_payment_once(system, journey):
    journey.notify(journey.payment("INV-9999999-X"))
    journey.notify(journey.payment(journey.invoiced()))
    everything = system.call(contracts.payments.ListPayments, journey.staff)["payments"]
    assert len(everything) == 2
    (flagged,) = system.call(contracts.payments.ListPayments, journey.staff, flagged=True)["payments"]
    assert (flagged["flag"], flagged["method"], flagged["invoice_number"]) == ("unknown_invoice", "visa 4242", None)
    note = "Refunded by the provider."
    resolved = system.call(contracts.payments.ResolvePayment, journey.staff, payment_id=flagged["id"], note=note)
    assert resolved["resolved_note"] == note
    assert system.call(contracts.payments.ListPayments, journey.staff, flagged=True)["payments"] == []
    with pytest.raises(Conflict):
        system.call(contracts.payments.ResolvePayment, journey.staff, payment_id=flagged["id"], note="Again.")
    settled = next(one for one in everything if one["flag"] is None)
    with pytest.raises(Conflict):
        system.call(contracts.payments.ResolvePayment, journey.staff, payment_id=settled["id"], note="Not flagged.")
    with pytest.raises(NotFound):
        system.call(contracts.payments.ResolvePayment, journey.staff, payment_id=new_id(), note="Nothing.")
    with system.session("billing") as session:
        assert "payment:resolve" in session.scalars(select(audit.c.action)).all()


def _balances(system):
    with system.session("billing") as session:
        entries = (
            select(LedgerPosting.entry_id).group_by(LedgerPosting.entry_id).having(func.sum(LedgerPosting.amount_cents) != 0)
        )
        assert session.scalars(entries).all() == []
        query = select(LedgerPosting.account, LedgerPosting.currency, func.sum(LedgerPosting.amount_cents)).group_by(
            LedgerPosting.account, LedgerPosting.currency
        )
        return {(account, currency): int(cents) for account, currency, cents in session.execute(query)}
