"""Genuine notices that are no payments: each is kept once, flagged where money may be behind it, and dealt with by somebody else."""

import base64
import re
import time

import eventlet
import orjson
import pytest
from sqlalchemy import func, select, update

from services.billing import retention
from services.billing.models import Payment, PaymentNotice
from services.billing.notices import sign
from services.common.kernel.errors import Conflict, Forbidden, NotFound, OwnMatter
from services.common.kernel.ids import new_id
from services.common.persistence.tables import audit
from services.contracts import billing as contracts
from services.contracts.billing.payments import NoticeNotGenuine
from tests.support.actors.billing_journey import SECRET, Journey
from tests.support.actors.retention_desk import college, destructions, there, works_of, years_ago


@pytest.fixture
def journey(system):
    return Journey(system)


def signed(notice):
    return sign(SECRET, int(time.time()), notice)


def kept(system, journey, **wanted):
    return system.call(contracts.notices.ListPaymentNotices, journey.staff, **wanted)["notices"]


def dispute(payment, **more):
    data = {name: payment[name] for name in ("payment_id", "checkout_id", "reference", "amount_cents", "currency")}
    body = {"id": f"evt_{new_id().hex}", "type": "dispute.created", "created": 1, "data": data | {"reason": "fraudulent"} | more}
    return orjson.dumps(body).decode()


def test_a_dispute_told_three_times_is_kept_once_with_its_invoice_and_payment(system, journey):
    payment = journey.payment(journey.invoiced())
    journey.notify(payment)
    notice = dispute(payment)
    outcomes = list(eventlet.GreenPool(3).imap(lambda _: journey.send(notice, signed(notice)), range(3)))
    assert sorted(outcomes) == ["flagged", "recorded_before", "recorded_before"]
    (one,) = kept(system, journey, unresolved=True)
    (paid,) = system.call(contracts.payments.ListPayments, journey.staff)["payments"]
    assert (one["type"], one["flag"], one["state"]) == ("dispute.created", "dispute", "open")
    assert (one["invoice_number"], one["payment_id"]) == (payment["reference"], paid["id"])
    assert one["amount"].amount == "362.73" and '"fraudulent"' in one["said"]
    assert journey.invoice()["state"] == "being_finalised"  # a person decides what becomes of it
    with system.session("billing") as session:
        entry = session.execute(select(audit).where(audit.c.action == "payment-notice:record")).one()
    assert entry.actor == "payment-provider" and entry.after["flag"] == "dispute"


@pytest.mark.parametrize(
    ("kind", "flag"),
    [
        ("payment.refunded", "refund"),
        ("charge.refunded", "refund"),
        ("dispute.created", "dispute"),
        ("payout.created", "unknown"),
    ],
)
def test_what_may_be_about_money_waits_for_a_person(system, journey, kind, flag):
    assert journey.notify({"anything": 1}, kind=kind) == "flagged"
    assert [(one["type"], one["flag"]) for one in kept(system, journey, unresolved=True)] == [(kind, flag)]


@pytest.mark.parametrize("kind", ["payment.created", "checkout.expired", "ping"])
def test_what_changes_nothing_that_was_paid_is_kept_without_a_flag_or_a_copy(system, journey, kind):
    assert journey.notify({"reference": journey.invoiced(), "email": "ana@people.example.org"}, kind=kind) == "ignored"
    assert kept(system, journey, unresolved=True) == []
    (one,) = kept(system, journey)
    assert (one["type"], one["flag"], one["state"], one["said"]) == (kind, None, "noted", None)
    with pytest.raises(Conflict):
        system.call(contracts.notices.ResolvePaymentNotice, journey.staff, notice_id=one["id"], note="Nothing to do.")


@pytest.mark.parametrize(
    "change",
    [
        {"paid_at": "0001-01-01T00:00:00+14:00"},
        {"paid_at": "9999-12-31T23:59:59-14:00"},
        {"amount_cents": "36273"},
        {"reference": None},
        {"payment_id": ""},
    ],
)
def test_a_payment_that_cannot_be_read_is_answered_and_waits_for_a_person(system, journey, change):
    payment = journey.payment(journey.invoiced(), **change)
    assert journey.notify(payment) == "flagged"
    (one,) = kept(system, journey, unresolved=True)
    assert (one["type"], one["flag"]) == ("payment.succeeded", "unreadable")
    assert one["provider_checkout_id"] == payment["checkout_id"]
    assert journey.notify(journey.payment(journey.number())) == "recorded"  # as it comes once that is mended


@pytest.mark.parametrize(
    "notice",
    [
        b"",
        b"{not json",
        b"[]",
        b"3",
        b"nul \x00 and more",
        b'{"type": "caf\xe9"}',
        b'{"type": 3}',
        b'{"type": "payment.succeeded"}',
        b'{"type": "payment.succeeded", "data": "nothing"}',
        b'{"type": "dispute.created", "id": "evt_\\u0000", "data": {"reference": "nul \\u0000", "reason": "\\u0000"}}',
        b'{"type": "\\ud800"}',
        b"[" * 60_000,
        b'{"type":"payment.succeeded","data":' + b'{"a":' * 900 + b"1" + b"}" * 901,
        b'{"type":"dispute.created","data":' + b'{"a":' * 900 + b"1" + b"}" * 901,
    ],
    ids=range(14),
)
def test_whatever_the_provider_signs_is_kept_once_and_waits_for_a_person(system, journey, notice):
    def send():
        return system.call(
            contracts.payments.RecordPayment,
            system.anonymous,
            notice=base64.b64encode(notice).decode(),
            encoding="base64",
            signature=sign(SECRET, int(time.time()), notice),
        )["outcome"]

    assert [send() for _ in range(2)] == ["flagged", "recorded_before"]
    (one,) = kept(system, journey, unresolved=True)
    assert len(one["said"]) <= 4_000 and "\x00" not in str(one)


@pytest.mark.parametrize("notice", ["é", "not base64!", "AAA", "===="])
def test_what_is_no_base64_is_nobodys_notice_and_not_an_error_of_ours(system, journey, notice):
    with pytest.raises(NoticeNotGenuine):
        asked = {"notice": notice, "encoding": "base64", "signature": sign(SECRET, int(time.time()), notice)}
        system.call(contracts.payments.RecordPayment, system.anonymous, **asked)


def test_of_a_giant_notice_a_bounded_copy_is_kept_and_nothing_of_a_card(system, journey):
    card = {"number": "4242 4242 4242 4242", "cvc": "987", "exp_month": 12, "brand": "visa", "last4": "4242"}
    more = {
        "method": card,
        "note": "card 4242-4242-4242-4242",
        "card_number": 4242424242424242,
        "cvv": "987",
        "long": ["é" * 900] * 200,
    }
    notice = dispute(journey.payment("INV-UNKNOWN", payment_id="pay_" + "9" * 251), **more)
    assert 100_000 < len(notice) < 262_144 and journey.send(notice, signed(notice)) == "flagged"
    (one,) = kept(system, journey, unresolved=True)
    assert len(one["said"]) == 4_000 and '"visa"' in one["said"] and '"4242"' in one["said"]
    assert not {"987", "cvc", "cvv"} & set(re.findall(r"\w+", one["said"]))  # whole words: an id may hold any three digits
    assert "4242 4242" not in one["said"] and "4242-4242" not in one["said"]
    assert "42424242" not in one["said"] and "exp_month" not in one["said"]


def test_a_forged_or_old_notice_of_any_type_is_refused_and_not_kept(system, journey):
    notice, now = dispute(journey.payment(journey.invoiced())), int(time.time())
    for signature in ("", sign("another secret", now, notice), sign(SECRET, now - 301, notice), sign(SECRET, now, notice + " ")):
        with pytest.raises(NoticeNotGenuine):
            journey.send(notice, signature)
    with system.session("billing") as session:
        assert session.scalar(select(func.count()).select_from(PaymentNotice)) == 0


def test_a_notice_is_dealt_with_once_by_those_who_look_after_money(system, journey):
    journey.notify({"anything": 1}, kind="payment.refunded")
    (one,) = kept(system, journey, unresolved=True)
    asked = {"notice_id": one["id"], "note": "Refunded by hand."}
    for role in ("support", "registration_officer", "applicant"):
        with pytest.raises(Forbidden):
            system.call(contracts.notices.ResolvePaymentNotice, system.caller(role), **asked)
        with pytest.raises(Forbidden):
            system.call(contracts.notices.ListPaymentNotices, system.caller(role))
    done = system.call(contracts.notices.ResolvePaymentNotice, journey.staff, **asked)
    assert (done["state"], done["resolved_note"], done["resolved_by"]) == ("resolved", asked["note"], journey.staff.account_id)
    assert kept(system, journey, unresolved=True) == []
    with pytest.raises(Conflict):
        system.call(contracts.notices.ResolvePaymentNotice, journey.staff, **asked)
    with pytest.raises(NotFound):
        system.call(contracts.notices.ResolvePaymentNotice, journey.staff, notice_id=new_id(), note="Nothing.")
    with system.session("billing") as session:
        trail = session.execute(select(audit.c.action, audit.c.actor).where(audit.c.action.like("payment-notice:%"))).all()
    assert ("payment-notice:resolve", journey.staff.name) in trail and ("payment-notice:list", journey.staff.name) in trail


def test_notices_are_read_from_either_end_a_page_at_a_time(system, journey):
    for count in range(3):
        journey.notify({"reference": f"INV-{count}"}, kind="dispute.created")
    first = system.call(contracts.notices.ListPaymentNotices, journey.staff, order="oldest", limit=2)
    rest = system.call(contracts.notices.ListPaymentNotices, journey.staff, order="oldest", limit=2, cursor=first["next_cursor"])
    assert [one["reference"] for one in first["notices"] + rest["notices"]] == ["INV-0", "INV-1", "INV-2"]
    assert rest["next_cursor"] is None
    assert [one["reference"] for one in kept(system, journey)] == ["INV-2", "INV-1", "INV-0"]


def test_what_names_no_invoice_is_settled_by_nobody_whose_it_may_be(system, journey):
    number = journey.invoiced()
    journey.notify(journey.payment("INV-MISTYPED"))
    journey.notify({"reference": "INV-MISTYPED"}, kind="payment.refunded")
    (payment,) = system.call(contracts.payments.ListPayments, journey.staff, flagged=True)["payments"]
    (notice,) = kept(system, journey, unresolved=True)
    oneself = system.caller("billing_officer", "applicant", account_id=journey.account_id)
    requests = {
        contracts.payments.ResolvePayment: {"payment_id": payment["id"], "note": "Mine."},
        contracts.notices.ResolvePaymentNotice: {"notice_id": notice["id"], "note": "Mine."},
    }
    for contract, request in requests.items():
        with pytest.raises(OwnMatter):
            system.call(contract, oneself, **request)
    journey.notify(journey.payment(number))  # now nothing is to be paid any more, and only an amount like theirs is a sign
    system.call(contracts.notices.ResolvePaymentNotice, oneself, **requests[contracts.notices.ResolvePaymentNotice])
    with pytest.raises(OwnMatter):
        system.call(contracts.payments.ResolvePayment, oneself, **requests[contracts.payments.ResolvePayment])
    system.call(contracts.payments.ResolvePayment, journey.staff, **requests[contracts.payments.ResolvePayment])


def test_notices_that_name_nothing_of_ours_are_destroyed_in_time_and_no_others(system, journey):
    number = journey.invoiced()
    journey.notify({"reference": number}, kind="payment.created")
    for kind in ("ping", "payment.refunded", "dispute.created"):
        journey.notify({"reference": "INV-UNKNOWN"}, kind=kind)
    journey.notify({}, kind="checkout.expired")
    named, ping, refund, disputed, young = (one["id"] for one in kept(system, journey, order="oldest"))
    system.call(contracts.notices.ResolvePaymentNotice, journey.staff, notice_id=refund, note="Done.")
    with system.session("billing") as session:
        session.execute(update(PaymentNotice).where(PaymentNotice.id != young).values(received_at=years_ago(8)))
        session.execute(update(PaymentNotice).where(PaymentNotice.id == refund).values(resolved_at=years_ago(7.1)))
    reply = system.call(contracts.retention.PreviewRetention, system.caller("registrar"))
    assert [(one["type"], one["due"]) for one in reply["records"]] == [("payment_notices", 2)]
    with works_of(system, "billing") as units:
        retention.destroy_due(units, college())
    assert there(system, "billing", PaymentNotice) == {named, disputed, young}
    assert {entry.subject for entry in destructions(system, "billing")} == {f"payment_notices/{one}" for one in (ping, refund)}
    assert there(system, "billing", Payment) == set()


def test_the_person_is_shown_what_the_provider_told_of_their_invoice(system, journey):
    payment = journey.payment(journey.invoiced())
    notice = dispute(payment)
    journey.send(notice, signed(notice))
    sections = {one["code"]: one for one in system.call(contracts.personal_data.GetPersonalData, journey.payer)["sections"]}
    (row,) = sections["payment_notices"]["rows"]
    assert (row["invoice"], row["type"], row["amount"]) == (payment["reference"], "dispute.created", "362.73")
