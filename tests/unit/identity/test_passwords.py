"""Which passwords are good enough, and that keeping them does not hold up others."""

import time

import eventlet
import pytest

from services.contracts.identity import PasswordTooWeak
from services.identity import passwords

EMAIL = "Ana.Tremblay@example.org"


@pytest.mark.parametrize("password", ["abcdefgh1jkl", "x" * 3 + "yz" * 98, "Les érables rougissent.", "ééééééééééàà"])
def test_a_password_of_12_to_200_characters_passes(password):
    passwords.check_strength(password, EMAIL)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "elevenchars",
        "x" * 201,
        "password1234",
        "PassWord1234",
        "motdepasse123",
        "PSYCHOTHÉRAPIE",
        "ana.tremblay@EXAMPLE.org",
    ],
)
def test_a_short_long_or_common_password_or_the_own_address_is_refused(password):
    with pytest.raises(PasswordTooWeak) as refusal:
        passwords.check_strength(password, EMAIL)
    assert refusal.value.params == {"shortest": 12}


def test_a_kept_hash_fits_its_password_only_and_differs_each_time():
    kept = passwords.hash_password("the lake is frozen")
    assert passwords.matches("the lake is frozen", kept)
    assert not passwords.matches("the lake is thawed", kept)
    assert kept != passwords.hash_password("the lake is frozen")
    assert not passwords.is_outdated(kept)


def test_where_nothing_is_kept_no_password_fits():
    assert not passwords.matches("the lake is frozen", None)


def test_other_work_goes_on_while_passwords_are_hashed():
    gaps, running = [], True

    def tick():
        last = time.perf_counter()
        while running:
            eventlet.sleep(0.001)
            gaps.append(time.perf_counter() - last)
            last = time.perf_counter()

    ticker = eventlet.spawn(tick)
    begun = time.perf_counter()
    for thread in [eventlet.spawn(passwords.hash_password, "the lake is frozen") for _ in range(8)]:
        thread.wait()
    took, running = time.perf_counter() - begun, False
    ticker.wait()
    # Hashing in the loop itself would leave one gap for each of the eight.
    assert len(gaps) > 20
    assert sorted(gaps)[len(gaps) // 2] < took / 8


def test_at_most_two_passwords_are_hashed_at_once(monkeypatch):
    now, most = [], []

    def slow(*_):
        now.append(1)
        most.append(len(now))
        time.sleep(0.02)
        now.pop()
        return "hash"

    monkeypatch.setattr(passwords.tpool, "execute", slow)
    for thread in [eventlet.spawn(passwords.hash_password, "the lake is frozen") for _ in range(6)]:
        thread.wait()
    assert max(most) == 2
