"""Money and tax."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.kernel.money import CurrencyMismatch, Money, tax_on, total, written


@pytest.mark.parametrize(("net", "gross"), [("130.00", "146.90"), ("62.40", "70.51"), ("321.00", "362.73"), ("620.00", "700.60")])
def test_hst_is_rounded_to_the_cent_as_the_college_publishes_it(net, gross):
    amount = Money.parse(net)
    assert (amount + tax_on(amount, 1300)).amount == gross


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_an_amount_written_and_read_again_is_the_same(cents):
    assert Money.parse(Money(cents).amount) == Money(cents)


@given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=0, max_value=10_000))
def test_tax_is_never_off_by_more_than_half_a_cent(cents, rate):
    assert abs(tax_on(Money(cents), rate).cents * 10_000 - cents * rate) <= 5_000


@pytest.mark.parametrize("text", ["1.234", "abc", "", "NaN", "Infinity", "1,50"])
def test_what_is_not_an_amount_in_cents_is_refused(text):
    with pytest.raises(ValueError, match="amount"):
        Money.parse(text)


def test_a_float_is_never_money():
    with pytest.raises(TypeError):
        Money(1.5)


def test_amounts_of_two_currencies_are_not_added():
    with pytest.raises(CurrencyMismatch):
        total([Money(100, "CAD"), Money(100, "USD")])


def test_an_amount_is_written_as_the_language_does():
    assert written(Money(1234567), "en") == "$12,345.67"
    assert written(Money(1234567), "fr") == "12\xa0345,67\xa0$"
