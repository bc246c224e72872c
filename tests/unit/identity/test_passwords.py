"""How passwords are kept, and that keeping them does not hold up others."""

import time

import eventlet

from services.identity import passwords


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
