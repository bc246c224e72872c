"""Every entry of the books cancels out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing import ledger
from services.billing.fees_due import due
from services.billing.ledger import Posting, Unbalanced, balanced
from services.billing.models import Invoice, InvoiceLine, InvoiceTax, Payment
from services.common.kernel.text import Text
from services.contracts.college import Fee, Tax

cents = st.integers(1, 10**9)


@given(st.lists(st.tuples(cents, st.integers(0, 2500)), min_size=1, max_size=10))
def test_an_invoice_of_any_fees_and_taxes_balances(fees):
    name = Text("name", "nom")
    asked = due([Fee("fee", name, amount, Tax(f"t{rate}", name, rate)) for amount, rate in fees], "CAD")
    invoice = Invoice(
        currency="CAD",
        total_cents=asked.total.cents,
        lines=[InvoiceLine(fee=line.fee, amount_cents=line.amount.cents) for line in asked.lines],
        taxes=[InvoiceTax(code=tax.code, amount_cents=tax.amount.cents) for tax in asked.taxes],
    )
    postings = ledger.of_invoice(invoice)
    assert sum(posting.cents for posting in postings) == 0
    assert postings[0] == Posting("receivable", asked.total.cents, "CAD")
    assert all(posting.cents for posting in postings)


@given(cents, st.sampled_from(["CAD", "USD"]), st.sampled_from([None, "amount_mismatch"]))
def test_a_payment_moves_cash_against_what_is_owed_or_is_held(amount, currency, flag):
    postings = ledger.of_payment(Payment(amount_cents=amount, currency=currency, flag=flag))
    against = "receivable" if flag is None else "unapplied_payments"
    assert postings == [Posting("cash_at_provider", amount, currency), Posting(against, -amount, currency)]


@given(st.lists(st.tuples(st.integers(-1000, 1000), st.sampled_from(["CAD", "USD"])), max_size=6))
def test_postings_are_taken_only_if_every_currency_cancels_out(pairs):
    postings = [Posting("receivable", amount, currency) for amount, currency in pairs]
    sums = [sum(amount for amount, currency in pairs if currency == one) for one in ("CAD", "USD")]
    if any(sums) or not any(amount for amount, _ in pairs):
        with pytest.raises(Unbalanced):
            balanced(postings)
    else:
        assert balanced(postings) == [posting for posting in postings if posting.cents]
