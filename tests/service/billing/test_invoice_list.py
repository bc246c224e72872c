"""The staff's list of invoices: what is found, in which order, what it comes to, and that it is found through indexes."""

import datetime as dt

import pytest
from sqlalchemy import select

from services.billing import invoice_list
from services.common.kernel.caller import Caller
from services.common.kernel.errors import Forbidden, Invalid, NotFound
from services.common.persistence.tables import audit
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.billing.events import InvoiceIssued
from services.contracts.billing.issued import GetIssuedInvoice, ListIssuedInvoices
from tests.support.actors.billing_journey import Journey
from tests.support.actors.many_invoices import add_invoices
from tests.support.actors.retention_desk import college
from tests.support.plans import plans


@pytest.fixture
def office(system):
    """Three invoices of three people, the second of which is paid with too little first and then in full."""
    people = [("Ana Émond", "rp_qualifying"), ("Béa D’Amours", "rp"), ("Zoé Eaton", "rp_qualifying")]
    for count, (name, category) in enumerate(people, start=1):
        journey = Journey(system)
        journey.approve(category=category, legal_name=name, reference=f"A000001{count}")
        number = system.announced(InvoiceIssued, count=count)[-1].data["invoice_number"]
        if count == 2:
            journey.notify(journey.payment(number, amount_cents=100))
            journey.notify(journey.payment(number, amount_cents=70060))
    return system.caller("billing_officer")


def names(system, caller, **asked):
    """Who is billed, over all pages, one at a time."""
    found, cursor = [], None
    while True:
        page = system.call(ListIssuedInvoices, caller, **asked, limit=1, cursor=cursor)
        found += [one["bill_to"] for one in page["invoices"]]
        if (cursor := page["next_cursor"]) is None:
            return found


def test_invoices_are_found_by_state_fee_person_number_and_day(system, office):
    everybody = ["Zoé Eaton", "Béa D’Amours", "Ana Émond"]
    assert sorted(names(system, office)) == sorted(everybody)
    assert names(system, office, state="being_finalised") == ["Béa D’Amours"]
    assert names(system, office, fee="registration_rp") == ["Béa D’Amours"] and names(system, office, fee="exam") == []
    assert names(system, office, name="emon") == ["Ana Émond"]  # as one types it, without the accent
    assert names(system, office, name="damours") == names(system, office, name="D'A") == ["Béa D’Amours"]
    assert names(system, office, name="e", order="name") == ["Ana Émond", "Zoé Eaton"]  # where a word begins
    assert names(system, office, name="%") == names(system, office, name="nobody") == []
    [one] = system.call(ListIssuedInvoices, office, number=" a0000012 ")["invoices"]
    assert one["bill_to"] == "Béa D’Amours"
    assert names(system, office, number=one["number"]) == names(system, office, number=one["receipt_number"]) == ["Béa D’Amours"]
    for number in (one["number"], one["receipt_number"]):  # as one types what looks so, without the dashes
        assert names(system, office, number=number.replace("-", "").replace("0", "O").lower()) == ["Béa D’Amours"]
    day = one["issued_on"]
    assert len(names(system, office, since=day, until=day)) == 3
    assert names(system, office, until=day - dt.timedelta(days=1)) == []
    assert names(system, office, name="e", state="open", fee="registration_qualifying", order="total") == [
        "Zoé Eaton",
        "Ana Émond",
    ]


def test_pages_of_each_order_hold_every_invoice_once_and_in_order(system, office):
    newest = names(system, office)
    assert names(system, office, order="oldest") == newest[::-1]
    assert names(system, office, order="name") == ["Ana Émond", "Béa D’Amours", "Zoé Eaton"]
    assert names(system, office, order="total")[0] == "Béa D’Amours"
    by_name = system.call(ListIssuedInvoices, office, order="name", limit=1)["next_cursor"]
    for order in ("newest", "total"):
        with pytest.raises(Invalid):
            system.call(ListIssuedInvoices, office, order=order, cursor=by_name)


def test_the_sums_are_of_all_that_is_found_in_whatever_state(system, office):
    page = system.call(ListIssuedInvoices, office, sums=True, state="open", limit=1)
    assert {one["state"]: (one["count"], one["total"].amount) for one in page["sums"]} == {
        "being_finalised": (1, "700.60"),
        "open": (2, "725.46"),
    }
    assert [one["count"] for one in system.call(ListIssuedInvoices, office, sums=True, name="zoe")["sums"]] == [1]
    assert system.call(ListIssuedInvoices, office)["sums"] == []


def test_one_is_shown_with_all_that_was_paid_on_it_and_who_looked_is_in_the_trail(system, office):
    number = system.call(ListIssuedInvoices, office, name="bea")["invoices"][0]["number"]
    found = system.call(GetIssuedInvoice, office, number=number)
    assert [(one["amount"].amount, one["flag"]) for one in found["payments"]] == [("1.00", "amount_mismatch"), ("700.60", None)]
    assert found["application_reference"] == "A0000012" and found["total"].amount == "700.60"
    with system.session("billing") as session:
        looked = session.execute(select(audit.c.action, audit.c.subject).where(audit.c.actor == f"account/{office.account_id}"))
        assert looked.all() == [("invoice:list", "invoices"), ("invoice:read", f"invoice/{number}")]
    with pytest.raises(NotFound):
        system.call(GetIssuedInvoice, office, number="INV-0")
    for caller in (system.caller("applicant"), system.caller("registration_officer")):
        for contract, asked in ((ListIssuedInvoices, {}), (GetIssuedInvoice, {"number": number})):
            with pytest.raises(Forbidden):
                system.call(contract, caller, **asked)


# What is looked for, and the index that the page is read from.
FOUND_BY = [
    ({"order": "newest"}, "ix_invoices_issued_on"),
    ({"order": "oldest"}, "ix_invoices_issued_on"),
    ({"order": "name"}, "ix_invoices_name"),
    ({"order": "total"}, "ix_invoices_total_cents"),
    ({"order": "newest", "state": "open"}, "ix_invoices_state_issued_on"),
    ({"order": "newest", "since": dt.date(2020, 2, 1), "until": dt.date(2020, 2, 2)}, "ix_invoices_issued_on"),
    ({"order": "newest", "fee": "exam"}, "ix_invoice_lines_fee"),
    ({"order": "name", "name": "trem"}, "ix_invoices_name_joined"),
    ({"order": "newest", "number": "INV-77"}, "uq_invoices_number"),
]


def test_each_page_is_read_from_an_index_and_not_from_all_invoices(system):
    with system.session("billing") as session:
        add_invoices(session, 20_000)
        for asked, index in FOUND_BY:
            wanted = {name: asked.get(name) for name in ("state", "fee", "name", "number", "since", "until")}
            with plans(session) as found:
                request = ListIssuedInvoices.Request(order=asked["order"], **wanted)
                invoice_list.list_all(UnitOfWork(session, Caller()), college(), request)
            assert index in found[0] and "Seq Scan on invoices" not in found[0], f"{asked}\n{found[0]}"
