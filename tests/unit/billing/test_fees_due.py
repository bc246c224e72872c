"""Fees of the day, their taxes and sums (R8)."""

from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.documents import written_rate
from services.billing.fees_due import charge_due, due
from services.common.kernel.text import Text
from services.contracts.college import Fee, FeeNotInForce, NotInProfile, Tax, load_college

HST = Tax("hst", Text("HST", "TVH"), 1300)
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def college():
    return load_college(ROOT / "deploy/colleges/crpo")


def _fee(cents, tax=HST, code="fee"):
    return Fee(code, Text("Fee", "Droits"), cents, tax)


@pytest.mark.parametrize(
    ("cents", "tax", "total"),
    [(13000, 1690, 14690), (16000, 2080, 18080), (62000, 8060, 70060), (32100, 4173, 36273), (50, 7, 57)],
)
def test_a_fee_bears_its_tax_rounded_half_up_to_the_cent(cents, tax, total):
    asked = due([_fee(cents)], "CAD")
    assert (asked.subtotal.cents, asked.taxes[0].amount.cents, asked.total.cents) == (cents, tax, total)


def test_lines_under_one_tax_are_one_tax_line_and_another_rate_is_another(college):
    other = Tax("qst", Text("QST", "TVQ"), 998)
    asked = due([_fee(10000), _fee(5000), _fee(1000, other)], "CAD")
    assert [(tax.code, tax.rate_basis_points, tax.amount.cents) for tax in asked.taxes] == [
        ("hst", 1300, 1950),
        ("qst", 998, 100),
    ]
    assert asked.total.cents == 16000 + 1950 + 100


@given(st.lists(st.tuples(st.integers(1, 10_000_000), st.integers(0, 2500)), min_size=1, max_size=20))
def test_an_invoice_adds_up_by_line_and_by_tax(fees):
    asked = due([_fee(cents, Tax(f"t{rate}", Text("t", "t"), rate)) for cents, rate in fees], "CAD")
    exact = [(Decimal(cents) * rate / 10_000).quantize(Decimal(1), ROUND_HALF_UP) for cents, rate in fees]
    assert [line.tax.cents for line in asked.lines] == exact
    assert sum(tax.amount.cents for tax in asked.taxes) == sum(exact)
    assert asked.total.cents == sum(cents for cents, _ in fees) + sum(exact)


@pytest.mark.parametrize(
    ("category", "approved_at", "cents"),
    [
        ("rp", datetime(2024, 4, 1, 3, 59, 59, tzinfo=UTC), 58900),  # 31 March in Toronto, summer time
        ("rp", datetime(2024, 4, 1, 4, 0, tzinfo=UTC), 62000),
        ("rp_qualifying", datetime(2026, 11, 23, 12, 0, tzinfo=UTC), 32100),
        ("rp_inactive", datetime(2026, 11, 23, 12, 0, tzinfo=UTC), 29500),
    ],
)
def test_the_fee_is_that_of_the_category_on_the_colleges_day(college, category, approved_at, cents):
    assert charge_due(college, college.charge("registration"), category, approved_at).subtotal.cents == cents


def test_a_day_or_category_without_a_fee_is_refused(college):
    with pytest.raises(FeeNotInForce):
        charge_due(college, college.charge("registration"), "rp", datetime(2017, 1, 1, tzinfo=UTC))
    with pytest.raises(NotInProfile):
        charge_due(college, college.charge("registration"), "emergency", datetime(2026, 1, 1, tzinfo=UTC))


def test_a_rate_is_written_as_the_language_does():
    assert [written_rate(1300, "en"), written_rate(1300, "fr"), written_rate(998, "fr")] == ["13%", "13\u00a0%", "9,98\u00a0%"]
