"""How passwords are kept, and that keeping them does not hold up others."""

import subprocess
import sys
import time

import eventlet

from services.identity.passwords import passwords
from tests.support.waiting import PATIENCE_S


def test_a_kept_hash_fits_its_password_only_and_differs_each_time():
    kept = passwords.hash_password("the lake is frozen")
    assert passwords.matches("the lake is frozen", kept)
    assert not passwords.matches("the lake is thawed", kept)
    assert kept != passwords.hash_password("the lake is frozen")
    assert not passwords.is_outdated(kept)


def test_where_nothing_is_kept_no_password_fits():
    assert not passwords.matches("the lake is frozen", None)


def test_other_work_goes_on_while_passwords_are_hashed():
    turns = []

    def take_turns():
        while True:
            eventlet.sleep(0)
            turns.append(1)

    other = eventlet.spawn(take_turns)
    for _ in range(3):
        before = len(turns)
        passwords.hash_password("the lake is frozen")
        assert len(turns) > before  # hashing in the loop itself would leave none
    other.kill()


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


MANY_SIGN_INS = """
import eventlet
eventlet.monkey_patch()
import os
from deploy.local import pids
from services.identity.passwords import passwords
kept = passwords.hash_password("the river freezes in january")
before = pids.memory(os.getpid())
list(eventlet.GreenPool(8).imap(lambda _: passwords.matches("wrong", kept), range(60)))
print((pids.memory(os.getpid()) - before) // 2**20)
"""


def test_many_sign_ins_leave_a_process_its_memory():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", MANY_SIGN_INS], capture_output=True, text=True, check=True, timeout=PATIENCE_S
    )
    assert int(done.stdout) < 100  # MiB
