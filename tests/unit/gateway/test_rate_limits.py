"""Rate limits: by client, in whichever of its addresses it comes, and never at the cost of its neighbours."""

import itertools

import pytest

from gateway.http import rate_limits
from gateway.http.errors import TooManyRequests
from gateway.http.rate_limits import RATES, RateLimits

A, B = "192.0.2.1", "192.0.2.2"


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_a_burst_passes_then_one_at_a_time_and_other_addresses_are_not_touched():
    clock, rate = Clock(), RATES["sign-in"]
    limits = RateLimits(clock=clock)
    for _ in range(rate.burst):
        limits.take("sign-in", A)
    with pytest.raises(TooManyRequests) as refused:
        limits.take("sign-in", A)
    wait = refused.value.params["retry_after_s"]
    assert 1 <= wait <= 60 / rate.per_minute + 1
    limits.take("sign-in", B)
    limits.take("start", A)
    clock.now += wait
    limits.take("sign-in", A)
    with pytest.raises(TooManyRequests):
        limits.take("sign-in", A)


def test_a_factor_stretches_the_limits_and_zero_lifts_them():
    wide, lifted = RateLimits(2, Clock()), RateLimits(0, Clock())
    for _ in range(2 * RATES["start"].burst):
        wide.take("start", A)
    with pytest.raises(TooManyRequests):
        wide.take("start", A)
    for _ in range(1000):
        lifted.take("start", A)


def passed(limits, addresses):
    """How many of these requests are taken."""
    return sum(1 for address in addresses if taken(limits, address))


def taken(limits, address, rule="sign-in"):
    try:
        limits.take(rule, address)
    except TooManyRequests:
        return False
    return True


def test_all_addresses_of_a_64_have_one_allowance_and_those_of_a_48_and_a_32_a_larger_one():
    burst = RATES["sign-in"].burst
    assert passed(RateLimits(clock=Clock()), (f"2001:db8:0:1::{n:x}" for n in range(1000))) == burst
    assert passed(RateLimits(clock=Clock()), (f"2001:db8:0:{n:x}::1" for n in range(1000))) == 16 * burst
    assert passed(RateLimits(clock=Clock()), (f"2001:db8:{n:x}::1" for n in range(10_000))) == 256 * burst
    assert passed(RateLimits(clock=Clock()), (f"2001:{n:x}::1" for n in range(1000))) == 1000


@pytest.mark.parametrize("written", ["::ffff:192.0.2.1", "64:ff9b::c000:201", "192.0.2.1:{n}", "[::ffff:192.0.2.1]:{n}"])
def test_one_address_counts_once_however_it_is_written(written):
    limits = RateLimits(clock=Clock())
    ways = itertools.islice(itertools.cycle([A, *(written.format(n=n) for n in range(1, 50))]), 1000)
    assert passed(limits, ways) == RATES["sign-in"].burst


def test_what_is_no_address_shares_one_allowance():
    assert passed(RateLimits(clock=Clock()), (f"rubbish-{n}" for n in range(1000))) == RATES["sign-in"].burst


def test_who_is_refused_uses_up_nothing_that_neighbours_share():
    limits = RateLimits(clock=Clock())
    passed(limits, (f"2001:db8:0:1::{n:x}" for n in range(10_000)))
    assert taken(limits, "2001:db8:0:2::1") and taken(limits, "2001:db8:1:2::1")


def test_a_name_is_counted_as_it_is():
    limits = RateLimits(clock=Clock())
    for _ in range(RATES["refusal"].burst):
        limits.take_of("refusal", "account/1")
    with pytest.raises(TooManyRequests):
        limits.take_of("refusal", "account/1")
    limits.take_of("refusal", "account/2")


def test_what_is_remembered_is_bounded_for_each_rule(monkeypatch):
    monkeypatch.setattr(rate_limits, "_MOST_BUCKETS", 50)
    limits = RateLimits(clock=Clock())
    passed(limits, (f"10.0.{n >> 8}.{n & 255}" for n in range(1000)))
    assert {len(buckets) for buckets in limits._buckets.values()} == {0, 50}
