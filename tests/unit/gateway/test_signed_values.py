"""What comes back from a client counts only if we signed it, for this purpose, and not too long ago."""

import pytest

from gateway.http.signed_values import Purpose, SignedValues
from gateway.settings import GatewaySettings

PURPOSE = Purpose("tests", longest=200, good_for_s=60)


class Clock:
    now = 1_800_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ours(clock):
    return SignedValues(("new", "old"), clock)


def test_what_we_signed_comes_back_as_it_was(ours):
    value = ["saved", {"name": "Zoë %(a)s"}]
    assert ours.read(PURPOSE, ours.write(PURPOSE, value)) == value


def test_what_was_changed_or_signed_by_others_or_for_something_else_is_nothing(ours, clock):
    signed = ours.write(PURPOSE, ["saved"])
    payload, stamp, signature = signed.split(".")
    other = SignedValues(("another",), clock).write(PURPOSE, ["saved"])
    for text in (
        "",
        ".",
        "..",
        payload,
        f"{payload}.{stamp}",
        f"{payload}.{signature}",
        f"{payload[:-1]}x.{stamp}.{signature}",
        other,
        "é" * 9,
    ):
        assert ours.read(PURPOSE, text) is None
    assert ours.read(Purpose("other", 200, 60), signed) is None
    assert ours.age(PURPOSE, signed) is None


def test_what_is_too_old_from_the_future_or_too_long_is_nothing(ours, clock):
    signed = ours.write(PURPOSE, ["saved"])
    clock.now += 61
    assert ours.read(PURPOSE, signed) is None
    clock.now -= 63
    assert ours.read(PURPOSE, signed) is None
    clock.now += 2
    assert ours.read(PURPOSE, signed) == ["saved"]
    assert ours.read(PURPOSE, ours.write(PURPOSE, [f"{n * n}" for n in range(100)])) is None


def test_an_old_key_still_opens_until_it_is_retired_and_only_the_new_one_signs(ours, clock):
    before, after = SignedValues(("old",), clock), SignedValues(("new",), clock)
    signed = before.write(PURPOSE, 1)
    assert ours.read(PURPOSE, signed) == 1 and after.read(PURPOSE, signed) is None
    assert after.read(PURPOSE, ours.write(PURPOSE, 2)) == 2 and before.read(PURPOSE, ours.write(PURPOSE, 2)) is None


def test_a_stamp_tells_the_age_of_the_text_that_it_was_made_for_alone(ours, clock):
    stamped = ours.stamp(PURPOSE, "token-one")
    clock.now += 1800
    assert ours.age(PURPOSE, stamped) == ("token-one", 1800)
    text, at, signature = stamped.split(".")
    later = ours.stamp(PURPOSE, text).split(".")[1]
    for forged in (text, f"{text}.{at}", f"{text}.{later}.{signature}", f"token-two.{at}.{signature}", "a" * 10_000):
        assert ours.age(PURPOSE, forged) is None


@pytest.mark.parametrize("keys", [(), ("",), ("new", "")])
def test_nothing_is_signed_without_a_key(keys):
    with pytest.raises(ValueError, match="no key"):
        SignedValues(keys).write(PURPOSE, 1)


def test_the_keys_are_in_no_log():
    assert "sesame" not in repr(GatewaySettings("a", 0, "http://a", 1, 1, cookie_keys=("sesame",)).signed)
