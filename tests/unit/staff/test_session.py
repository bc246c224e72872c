"""The session file."""

import stat
import time
from dataclasses import replace
from pathlib import Path

import pytest

from staff.terminal.session import Session, SessionNotPrivate, SessionStore

SESSION = Session("broker:5672/college", "access", "refresh", 2_000_000_000.0, {"email": "a@b.example", "language": "fr"})


@pytest.fixture
def store(tmp_path):
    return SessionStore(tmp_path / "deep" / "session.json")


def test_a_session_is_read_as_it_was_stored_and_only_its_owner_may_read_it(store):
    store.save(SESSION)
    assert store.load() == SESSION
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


def test_a_new_session_replaces_the_old_one_and_leaves_nothing_beside_it(store):
    store.save(SESSION)
    store.save(replace(SESSION, access_token="newer"))
    assert store.load().access_token == "newer"
    assert list(store.path.parent.iterdir()) == [store.path]


def test_a_new_session_makes_a_file_that_others_could_read_private(store):
    store.save(SESSION)
    store.path.chmod(0o644)
    with pytest.raises(SessionNotPrivate):
        store.load()
    store.save(SESSION)
    assert store.load() == SESSION


@pytest.mark.parametrize("content", ["", "{", "[]", '{"system": "x"}', "null"])
def test_a_damaged_file_is_no_session(store, content):
    store.save(SESSION)
    store.path.write_text(content)
    assert store.load() is None


def test_no_file_is_no_session_and_forgetting_it_is_no_fault(store):
    assert store.load() is None
    store.forget()


def test_an_access_token_is_about_to_run_out_half_a_minute_before_its_end():
    assert replace(SESSION, expires_at=time.time() + 20).about_to_run_out
    assert not replace(SESSION, expires_at=time.time() + 40).about_to_run_out


def test_the_file_is_where_the_environment_says_or_in_the_home_folder(monkeypatch):
    monkeypatch.setenv("STAFF_SESSION", "/somewhere/else.json")
    assert SessionStore.from_environment().path == Path("/somewhere/else.json")
    monkeypatch.delenv("STAFF_SESSION")
    assert SessionStore.from_environment().path == Path.home() / ".config/college-staff/session.json"
