"""Invoices at approval, on the real bus and database."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from services.billing.models import Invoice, LedgerEntry, LedgerPosting
from services.common.kernel.errors import Forbidden, Invalid, NotFound
from services.common.kernel.ids import new_id
from services.common.persistence.tables import audit
from services.contracts import billing as contracts
from services.contracts.applications.events import ApplicationApproved
from services.contracts.billing.events import InvoiceIssued
from tests.support.actors.billing_journey import Journey


@pytest.fixture
def journey(system):
    return Journey(system)


def test_an_approval_issues_one_invoice_with_fee_tax_and_ledger(system, journey):
    journey.approve(category="rp_qualifying", conditions=["upgrading"])  # told by an earlier release
    (issued,) = system.announced(InvoiceIssued)
    assert issued.data["total"] == {"amount": "362.73", "currency": "CAD"}  # 321.00 and 13 %
    assert issued.data["conditions"] == ["upgrading"]
    assert [(one["code"], one["fr"][:20]) for one in issued.data["terms"]] == [("upgrading", "La personne inscrite")]
    invoice = journey.invoice()
    assert invoice["state"] == "open"
    assert invoice["subtotal"].amount == "321.00"
    assert [(line["fee"], line["amount"].amount) for line in invoice["lines"]] == [("registration_qualifying", "321.00")]
    assert invoice["lines"][0]["description"]["fr"].startswith("Droits d’inscription")
    assert [(tax["name"]["fr"], tax["rate_basis_points"], tax["amount"].amount) for tax in invoice["taxes"]] == [
        ("TVH", 1300, "41.73")
    ]
    with system.session("billing") as session:
        postings = session.execute(
            select(LedgerPosting.account, LedgerPosting.detail, LedgerPosting.amount_cents).order_by(LedgerPosting.position)
        ).all()
        assert session.scalars(select(audit.c.action)).all() == ["invoice:issue"]
    assert postings == [
        ("receivable", None, 36273),
        ("fee_revenue", "registration_qualifying", -32100),
        ("tax_payable", "hst", -4173),
    ]


def test_the_fee_is_that_of_the_colleges_calendar_day_of_approval(system, journey):
    last_minute = datetime(2024, 4, 1, 3, 59, tzinfo=UTC)  # still 31 March in Toronto
    journey.approve(category="rp", approved_at=last_minute)
    system.announced(InvoiceIssued)
    assert journey.invoice()["subtotal"].amount == "589.00"
    next_day = Journey(system)
    next_day.approve(category="rp", approved_at=datetime(2024, 4, 1, 4, 0, tzinfo=UTC))
    system.announced(InvoiceIssued, count=2)
    assert next_day.invoice()["subtotal"].amount == "620.00"


def test_the_same_approval_delivered_five_times_at_once_issues_one_invoice(system, journey):
    envelope = journey.approve()
    system.publish_again(envelope, times=5)
    system.settle()
    assert len(system.announced(InvoiceIssued)) == 1
    assert _counts(system) == (1, 1)


def test_an_approval_announced_anew_under_other_event_ids_issues_one_invoice(system, journey):
    for _ in range(5):
        journey.approve()
    system.announced(InvoiceIssued)
    system.settle()
    assert len(system.announced(InvoiceIssued)) == 1
    assert _counts(system) == (1, 1)
    assert system.dead_letters("billing") == []


def test_a_category_without_a_fee_is_parked_and_nothing_is_issued(system, journey):
    journey.approve(category="no_such_category")
    system.settle(quiet_s=2.0)
    assert [fact for fact in system.heard if fact.type == "InvoiceIssued"] == []
    (parked,) = system.dead_letters("billing")
    assert "no_such_category" in str(parked.headers)


def test_another_persons_invoice_is_not_found(system, journey):
    journey.approve()
    system.announced(InvoiceIssued)
    number = journey.number()
    other = system.caller("applicant")
    for call in (contracts.invoices.GetInvoice, contracts.invoices.ReadInvoice, contracts.payments.StartCheckout):
        with pytest.raises(NotFound):
            system.call(call, other, number=number)
    assert system.call(contracts.invoices.ListInvoices, other)["invoices"] == []
    with pytest.raises(Forbidden):
        system.call(contracts.payments.ListPayments, journey.payer)
    with pytest.raises(Forbidden):
        system.call(contracts.issued.ReplayFinalisation, journey.payer, number=number)


def test_invoices_are_listed_newest_first_in_pages(system, journey):
    numbers = []
    for count in range(1, 4):
        journey.approve(application_id=new_id())
        system.announced(InvoiceIssued, count=count)
        numbers.append(system.announced(InvoiceIssued, count=count)[-1].data["invoice_number"])
    first = system.call(contracts.invoices.ListInvoices, journey.payer, limit=2)
    rest = system.call(contracts.invoices.ListInvoices, journey.payer, limit=2, cursor=first["next_cursor"])
    assert [one["number"] for one in first["invoices"] + rest["invoices"]] == numbers[::-1]
    assert rest["next_cursor"] is None
    with pytest.raises(Invalid):
        system.call(contracts.invoices.ListInvoices, journey.payer, cursor="WyJ4Il0")


def test_an_approval_that_breaks_its_contract_is_parked_at_once(system, journey):
    envelope = journey.approve()
    system.announced(InvoiceIssued)
    broken = {**envelope, "id": str(new_id()), "data": {**envelope["data"], "approved_at": "yesterday"}}
    system.publish_again(broken)
    system.settle()
    assert len(system.dead_letters("billing")) == 1
    assert ApplicationApproved.type == broken["type"]


def _counts(system):
    with system.session("billing") as session:
        return tuple(session.scalar(select(func.count()).select_from(table)) for table in (Invoice, LedgerEntry))
