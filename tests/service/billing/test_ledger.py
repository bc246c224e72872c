"""What the database itself holds the ledger to, whatever the code does."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.common.kernel.ids import new_id
from tests.support.actors.billing_journey import Journey

POSTING = text(
    "INSERT INTO ledger_postings (entry_id, position, account, amount_cents, currency) VALUES (:entry, :position, :account, :cents, :currency)"
)


@pytest.fixture
def invoice(system):
    journey = Journey(system)
    return journey.invoiced()


def _enter(session, *postings):
    entry, payment = new_id(), new_id()
    session.execute(
        text(
            "INSERT INTO payments (id, provider_payment_id, reference, amount_cents, currency, paid_at, recorded_at, flag) "
            "VALUES (:payment, :name, '', 1, 'CAD', now(), now(), 'unknown_invoice')"
        ),
        {"payment": payment, "name": str(payment)},
    )
    session.execute(
        text("INSERT INTO ledger_entries (id, at, kind, payment_id) VALUES (:entry, now(), 'payment_unapplied', :payment)"),
        {"entry": entry, "payment": payment},
    )
    for position, (account, cents, currency) in enumerate(postings, start=1):
        values = {"entry": entry, "position": position, "account": account, "cents": cents, "currency": currency}
        session.execute(POSTING, values)


def test_a_balanced_entry_is_taken(system, invoice):
    with system.session("billing", as_service=True) as session:
        _enter(session, ("cash_at_provider", 100, "CAD"), ("unapplied_payments", -100, "CAD"))


def test_an_entry_that_does_not_balance_is_refused_at_commit(system, invoice):
    for postings in (
        [("cash_at_provider", 100, "CAD"), ("unapplied_payments", -99, "CAD")],
        [("cash_at_provider", 100, "CAD"), ("unapplied_payments", -100, "USD")],
        [("cash_at_provider", 100, "CAD")],
        [],
    ):
        with pytest.raises(DBAPIError, match="does not balance"), system.session("billing", as_service=True) as session:
            _enter(session, *postings)


def test_a_posting_added_later_to_a_balanced_entry_is_refused(system, invoice):
    with pytest.raises(DBAPIError, match="does not balance"), system.session("billing", as_service=True) as session:
        entry = session.scalar(text("SELECT id FROM ledger_entries"))
        values = {"entry": entry, "position": 9, "account": "fee_revenue", "cents": -1, "currency": "CAD"}
        session.execute(POSTING, values)


def test_even_the_owner_cannot_unbalance_an_entry(system, invoice):
    for statement in (
        "UPDATE ledger_postings SET amount_cents = amount_cents + 1 WHERE position = 1",
        "DELETE FROM ledger_postings WHERE position = 1",
    ):
        with pytest.raises(DBAPIError, match="does not balance"), system.session("billing") as session:
            session.execute(text(statement))


def test_the_service_can_neither_rewrite_nor_remove_what_is_on_the_books(system, invoice):
    statements = ("UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE")
    columns = {"ledger_entries": "at", "ledger_postings": "amount_cents", "invoice_lines": "fee", "invoice_taxes": "code"}
    for table, column in {**columns, "papers": "size", "audit": "action"}.items():
        for statement in statements:
            with pytest.raises(DBAPIError, match="permission denied"), system.session("billing", as_service=True) as session:
                session.execute(text(statement.format(table, column)))


def test_the_database_refuses_a_second_invoice_for_one_application(system, invoice):
    with pytest.raises(DBAPIError, match="uq_invoices_application_id"), system.session("billing", as_service=True) as session:
        session.execute(
            text(
                "INSERT INTO invoices SELECT gen_random_uuid(), 'INV-2', account_id, application_id, application_reference, bill_to, category, "
                "state, currency, subtotal_cents, total_cents, issued_at, issued_on, paid_at, receipt_number, finalised_at, replays, "
                "replay_due_at FROM invoices"
            )
        )
