"""Genuine notices that are no payments: each is kept once, flagged where money may be behind it, and dealt with by somebody else."""

import base64
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
from services.contracts.billing import NoticeNotGenuine
from tests.support.actors.billing_journey import SECRET, Walk
from tests.support.actors.retention_desk import college, destructions, there, works_of, years_ago


@pytest.fixture
def walk(house):
    return Walk(house)


def signed(notice):
    return sign(SECRET, int(time.time()), notice)


def kept(house, walk, **wanted):
    return house.call(contracts.ListPaymentNotices, walk.staff, **wanted)["notices"]


def dispute(payment, **more):
    data = {name: payment[name] for name in ("payment_id", "checkout_id", "reference", "amount_cents", "currency")}
    body = {"id": f"evt_{new_id().hex}", "type": "dispute.created", "created": 1, "data": data | {"reason": "fraudulent"} | more}
    return orjson.dumps(body).decode()


def test_a_dispute_told_three_times_is_kept_once_with_its_invoice_and_payment(house, walk):
    payment = walk.payment(walk.invoiced())
    walk.notify(payment)
    notice = dispute(payment)
    outcomes = list(eventlet.GreenPool(3).imap(lambda _: walk.send(notice, signed(notice)), range(3)))
    assert sorted(outcomes) == ["flagged", "recorded_before", "recorded_before"]
    (one,) = kept(house, walk, unresolved=True)
    (paid,) = house.call(contracts.ListPayments, walk.staff)["payments"]
    assert (one["type"], one["flag"], one["state"]) == ("dispute.created", "dispute", "open")
    assert (one["invoice_number"], one["payment_id"]) == (payment["reference"], paid["id"])
    assert one["amount"].amount == "362.73" and '"fraudulent"' in one["said"]
    assert walk.invoice()["state"] == "being_finalised"  # a person decides what becomes of it
    with house.session("billing") as session:
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
def test_what_may_be_about_money_waits_for_a_person(house, walk, kind, flag):
    assert walk.notify({"anything": 1}, kind=kind) == "flagged"
    assert [(one["type"], one["flag"]) for one in kept(house, walk, unresolved=True)] == [(kind, flag)]


@pytest.mark.parametrize("kind", ["payment.created", "checkout.expired", "ping"])
def test_what_changes_nothing_that_was_paid_is_kept_without_a_flag_or_a_copy(house, walk, kind):
    assert walk.notify({"reference": walk.invoiced(), "email": "ana@people.example.org"}, kind=kind) == "ignored"
    assert kept(house, walk, unresolved=True) == []
    (one,) = kept(house, walk)
    assert (one["type"], one["flag"], one["state"], one["said"]) == (kind, None, "noted", None)
    with pytest.raises(Conflict):
        house.call(contracts.ResolvePaymentNotice, walk.staff, notice_id=one["id"], note="Nothing to do.")


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
def test_a_payment_that_cannot_be_read_is_answered_and_waits_for_a_person(house, walk, change):
    payment = walk.payment(walk.invoiced(), **change)
    assert walk.notify(payment) == "flagged"
    (one,) = kept(house, walk, unresolved=True)
    assert (one["type"], one["flag"]) == ("payment.succeeded", "unreadable")
    assert one["provider_checkout_id"] == payment["checkout_id"]
    assert walk.notify(walk.payment(walk.number())) == "recorded"  # as it comes once that is mended


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
def test_whatever_the_provider_signs_is_kept_once_and_waits_for_a_person(house, walk, notice):
    def send():
        return house.call(
            contracts.RecordPayment,
            house.anonymous,
            notice=base64.b64encode(notice).decode(),
            encoding="base64",
            signature=sign(SECRET, int(time.time()), notice),
        )["outcome"]

    assert [send() for _ in range(2)] == ["flagged", "recorded_before"]
    (one,) = kept(house, walk, unresolved=True)
    assert len(one["said"]) <= 4_000 and "\x00" not in str(one)


@pytest.mark.parametrize("notice", ["é", "not base64!", "AAA", "===="])
def test_what_is_no_base64_is_nobodys_notice_and_not_an_error_of_ours(house, walk, notice):
    with pytest.raises(NoticeNotGenuine):
        asked = {"notice": notice, "encoding": "base64", "signature": sign(SECRET, int(time.time()), notice)}
        house.call(contracts.RecordPayment, house.anonymous, **asked)


def test_of_a_giant_notice_a_bounded_copy_is_kept_and_nothing_of_a_card(house, walk):
    card = {"number": "4242 4242 4242 4242", "cvc": "987", "exp_month": 12, "brand": "visa", "last4": "4242"}
    more = {
        "method": card,
        "note": "card 4242-4242-4242-4242",
        "card_number": 4242424242424242,
        "cvv": "987",
        "long": ["é" * 900] * 200,
    }
    notice = dispute(walk.payment("INV-UNKNOWN", payment_id="pay_" + "9" * 251), **more)
    assert 100_000 < len(notice) < 262_144 and walk.send(notice, signed(notice)) == "flagged"
    (one,) = kept(house, walk, unresolved=True)
    assert len(one["said"]) == 4_000 and '"visa"' in one["said"] and '"4242"' in one["said"]
    assert "987" not in one["said"] and "4242 4242" not in one["said"] and "4242-4242" not in one["said"]
    assert "42424242" not in one["said"] and "exp_month" not in one["said"]


def test_a_forged_or_old_notice_of_any_type_is_refused_and_not_kept(house, walk):
    notice, now = dispute(walk.payment(walk.invoiced())), int(time.time())
    for signature in ("", sign("another secret", now, notice), sign(SECRET, now - 301, notice), sign(SECRET, now, notice + " ")):
        with pytest.raises(NoticeNotGenuine):
            walk.send(notice, signature)
    with house.session("billing") as session:
        assert session.scalar(select(func.count()).select_from(PaymentNotice)) == 0


def test_a_notice_is_dealt_with_once_by_those_who_look_after_money(house, walk):
    walk.notify({"anything": 1}, kind="payment.refunded")
    (one,) = kept(house, walk, unresolved=True)
    asked = {"notice_id": one["id"], "note": "Refunded by hand."}
    for role in ("support", "registration_officer", "applicant"):
        with pytest.raises(Forbidden):
            house.call(contracts.ResolvePaymentNotice, house.caller(role), **asked)
        with pytest.raises(Forbidden):
            house.call(contracts.ListPaymentNotices, house.caller(role))
    done = house.call(contracts.ResolvePaymentNotice, walk.staff, **asked)
    assert (done["state"], done["resolved_note"], done["resolved_by"]) == ("resolved", asked["note"], walk.staff.account_id)
    assert kept(house, walk, unresolved=True) == []
    with pytest.raises(Conflict):
        house.call(contracts.ResolvePaymentNotice, walk.staff, **asked)
    with pytest.raises(NotFound):
        house.call(contracts.ResolvePaymentNotice, walk.staff, notice_id=new_id(), note="Nothing.")
    with house.session("billing") as session:
        trail = session.execute(select(audit.c.action, audit.c.actor).where(audit.c.action.like("payment-notice:%"))).all()
    assert ("payment-notice:resolve", walk.staff.name) in trail and ("payment-notice:list", walk.staff.name) in trail


def test_notices_are_read_from_either_end_a_page_at_a_time(house, walk):
    for count in range(3):
        walk.notify({"reference": f"INV-{count}"}, kind="dispute.created")
    first = house.call(contracts.ListPaymentNotices, walk.staff, order="oldest", limit=2)
    rest = house.call(contracts.ListPaymentNotices, walk.staff, order="oldest", limit=2, cursor=first["next_cursor"])
    assert [one["reference"] for one in first["notices"] + rest["notices"]] == ["INV-0", "INV-1", "INV-2"]
    assert rest["next_cursor"] is None
    assert [one["reference"] for one in kept(house, walk)] == ["INV-2", "INV-1", "INV-0"]


def test_what_names_no_invoice_is_settled_by_nobody_whose_it_may_be(house, walk):
    number = walk.invoiced()
    walk.notify(walk.payment("INV-MISTYPED"))
    walk.notify({"reference": "INV-MISTYPED"}, kind="payment.refunded")
    (payment,) = house.call(contracts.ListPayments, walk.staff, flagged=True)["payments"]
    (notice,) = kept(house, walk, unresolved=True)
    oneself = house.caller("billing_officer", "applicant", account_id=walk.account_id)
    requests = {
        contracts.ResolvePayment: {"payment_id": payment["id"], "note": "Mine."},
        contracts.ResolvePaymentNotice: {"notice_id": notice["id"], "note": "Mine."},
    }
    for contract, request in requests.items():
        with pytest.raises(OwnMatter):
            house.call(contract, oneself, **request)
    walk.notify(walk.payment(number))  # now nothing is to be paid any more, and only an amount like theirs is a sign
    house.call(contracts.ResolvePaymentNotice, oneself, **requests[contracts.ResolvePaymentNotice])
    with pytest.raises(OwnMatter):
        house.call(contracts.ResolvePayment, oneself, **requests[contracts.ResolvePayment])
    house.call(contracts.ResolvePayment, walk.staff, **requests[contracts.ResolvePayment])


def test_notices_that_name_nothing_of_ours_are_destroyed_in_time_and_no_others(house, walk):
    number = walk.invoiced()
    walk.notify({"reference": number}, kind="payment.created")
    for kind in ("ping", "payment.refunded", "dispute.created"):
        walk.notify({"reference": "INV-UNKNOWN"}, kind=kind)
    walk.notify({}, kind="checkout.expired")
    named, ping, refund, disputed, young = (one["id"] for one in kept(house, walk, order="oldest"))
    house.call(contracts.ResolvePaymentNotice, walk.staff, notice_id=refund, note="Done.")
    with house.session("billing") as session:
        session.execute(update(PaymentNotice).where(PaymentNotice.id != young).values(received_at=years_ago(8)))
        session.execute(update(PaymentNotice).where(PaymentNotice.id == refund).values(resolved_at=years_ago(7.1)))
    reply = house.call(contracts.retention.PreviewRetention, house.caller("registrar"))
    assert [(one["type"], one["due"]) for one in reply["records"]] == [("payment_notices", 2)]
    with works_of(house, "billing") as works:
        retention.destroy_due(works, college())
    assert there(house, "billing", PaymentNotice) == {named, disputed, young}
    assert {entry.subject for entry in destructions(house, "billing")} == {f"payment_notices/{one}" for one in (ping, refund)}
    assert there(house, "billing", Payment) == set()


def test_the_person_is_shown_what_the_provider_told_of_their_invoice(house, walk):
    payment = walk.payment(walk.invoiced())
    notice = dispute(payment)
    walk.send(notice, signed(notice))
    sections = {one["code"]: one for one in house.call(contracts.personal_data.GetPersonalData, walk.payer)["sections"]}
    (row,) = sections["payment_notices"]["rows"]
    assert (row["invoice"], row["type"], row["amount"]) == (payment["reference"], "dispute.created", "362.73")
