"""Files, sealed values, cursors, tokens, dates."""

import datetime as dt
import hashlib
import json
import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from services.common.documents import files
from services.common.documents.files import FileStore, FileTooLarge, StoreFull, Upload
from services.common.duties.personal_data import plain
from services.common.kernel.clock import local_date
from services.common.kernel.dates import written_date, written_instant
from services.common.kernel.errors import Invalid, NotFound, Unauthenticated
from services.common.kernel.money import Money
from services.common.kernel.paging import a_number, a_text, read_cursor, write_cursor
from services.common.kernel.records import Record
from services.common.kernel.text import Text
from services.common.persistence.audit_trail import _plain
from services.common.security.encryption import CannotOpen, SealedBox
from services.common.security.tokens import TokenSigner
from tests.support.waiting import PATIENCE_S


class Kept(Record):
    """What somebody might hand on whole."""

    number: str


def test_a_record_is_written_whole_into_no_audit_trail_and_shown_to_no_person_as_it_is():
    with pytest.raises(TypeError, match="Kept"):
        _plain({"of": Kept(number="1")})
    with pytest.raises(TypeError, match="Kept"):
        plain({"of": [Kept(number="1")]}, "en")
    assert _plain({"of": vars(Kept(number="1")), "paid": Money(5, "CAD")}) == {
        "of": {"number": "1"},
        "paid": {"cents": 5, "currency": "CAD"},
    }
    assert plain({"of": Text("a", "b")}, "fr") == {"of": "b"}


def test_a_file_is_kept_under_its_hash_once(tmp_path):
    store = FileStore(tmp_path)
    assert store.put(b"abc") == store.put(b"abc") == hashlib.sha256(b"abc").hexdigest()
    assert store.read(hashlib.sha256(b"abc").hexdigest()) == b"abc"
    assert list((tmp_path / "incoming").iterdir()) == []


def test_an_upload_that_grows_too_large_leaves_nothing(tmp_path):
    upload = FileStore(tmp_path).receive(limit=10)
    upload.write(b"12345")
    with pytest.raises(FileTooLarge):
        upload.write(b"678901")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def upload(store, content, hours_ago=0):
    incoming = store.receive(len(content))
    incoming.write(content)
    sha256, at = incoming.keep(), time.time() - hours_ago * 3600
    os.utime(store._place(sha256), (at, at))
    return sha256


def test_an_upload_is_removed_unless_it_came_just_now(tmp_path):
    store = FileStore(tmp_path)
    sha256 = upload(store, b"abc")
    assert not store.remove_upload(sha256, unless_within_s=3600)
    assert store.read(sha256) == b"abc"
    assert upload(store, b"abc", hours_ago=2) == sha256
    assert store.remove_upload(sha256, unless_within_s=3600)
    with pytest.raises(NotFound):
        store.open(sha256)
    assert store.remove_upload(sha256, unless_within_s=3600)  # it is gone


def test_a_file_that_comes_again_while_it_is_being_removed_stays(tmp_path, monkeypatch):
    store, looked = FileStore(tmp_path), files._age_s
    sha256 = upload(store, b"abc", hours_ago=2)

    def looked_at_and_then_came_again(file):
        age_s = looked(file)
        if age_s > 3600:
            upload(store, b"abc")
        return age_s

    monkeypatch.setattr(files, "_age_s", looked_at_and_then_came_again)
    assert not store.remove_upload(sha256, unless_within_s=3600)
    assert store.read(sha256) == b"abc" and list((tmp_path / "incoming").iterdir()) == []


def test_a_full_disk_is_told_and_leaves_nothing_of_the_file(tmp_path):
    for cut_off in (lambda upload: upload.write(b"x" * 100_000), Upload.keep):
        upload = FileStore(tmp_path).receive(limit=1_000_000)
        upload.write(b"abc")
        upload._file = Path("/dev/full").open("wb")  # noqa: SIM115 - the upload closes it
        upload._file.write(b"abc")
        with pytest.raises(StoreFull):
            cut_off(upload)
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_a_service_made_is_never_removed_as_an_upload(tmp_path):
    store = FileStore(tmp_path)
    assert upload(store, b"abc", hours_ago=2) == store.put(b"abc")
    store.remove_upload(hashlib.sha256(b"abc").hexdigest(), unless_within_s=3600)
    assert store.read(hashlib.sha256(b"abc").hexdigest()) == b"abc"


@pytest.mark.parametrize("name", ["../../etc/passwd", "0" * 63, "g" * 64, "0" * 64])
def test_what_is_no_stored_hash_is_not_found(tmp_path, name):
    with pytest.raises(NotFound):
        FileStore(tmp_path).open(name)


def test_of_several_keys_the_first_seals_and_all_open():
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    before = SealedBox(old).seal("a link")
    both = SealedBox(f"{new},{old}")
    assert both.open(before) == "a link"
    after = both.reseal(before)
    assert SealedBox(new).open(after) == "a link" and both.reseal(after) == after
    assert SealedBox(new).open(both.seal("another")) == "another"
    with pytest.raises(CannotOpen):
        SealedBox(old).open(after)
    with pytest.raises(CannotOpen):
        both.reseal(SealedBox(Fernet.generate_key().decode()).seal("a link"))


def test_a_sealed_value_opens_with_its_key_only():
    box = SealedBox(Fernet.generate_key().decode())
    sealed = box.seal("https://college.test/activate?token=x")
    assert "activate" not in sealed
    assert box.open(sealed) == "https://college.test/activate?token=x"
    with pytest.raises(CannotOpen):
        SealedBox(Fernet.generate_key().decode()).open(sealed)


def test_a_cursor_is_read_back_and_a_made_up_one_refused():
    assert read_cursor(write_cursor("Côté", 3), a_text, a_number) == ["Côté", 3]
    assert read_cursor(None, a_text, a_number) is None
    for bad in ("x", "////", write_cursor(1), "e30", write_cursor("a", "b"), write_cursor("a\0", 3), write_cursor("a", 2**63)):
        with pytest.raises(Invalid):
            read_cursor(bad, a_text, a_number)


def test_a_token_is_valid_until_it_runs_out_and_under_its_own_key_only(keys):
    account, session = uuid.uuid4(), uuid.uuid4()
    caller = keys.verifier.caller(keys.signer.sign(account, ["registrar"], session, "fr"), None, None, None)
    assert (caller.account_id, caller.session_id, caller.language) == (account, session, "fr")
    assert caller.has("registrar") and "token" not in repr(caller)
    old = TokenSigner(keys.signing_key_file.read_bytes(), "test", lifetime_s=-1).sign(account, [], session, "fr")
    for bad in (old, "", "a.b.c", "x" * 5000):
        with pytest.raises(Unauthenticated):
            keys.verifier.claims(bad)


def test_a_token_seen_before_is_refused_once_it_has_run_out(keys, monkeypatch):
    token = keys.signer.sign(uuid.uuid4(), [], uuid.uuid4(), "en")
    keys.verifier.claims(token)
    later = time.time() + 3600
    monkeypatch.setattr(time, "time", lambda: later)
    known = keys.verifier._seen[token]
    assert known["exp"] < later  # it is not answered from memory: PyJWT judges it by its own clock
    monkeypatch.undo()
    known["exp"] = 0
    assert keys.verifier.claims(token)["exp"] > time.time()


def test_a_day_ends_when_the_college_s_day_does():
    half_past_midnight_utc = dt.datetime(2026, 1, 1, 0, 30, tzinfo=dt.UTC)
    assert local_date(half_past_midnight_utc, "America/Toronto") == dt.date(2025, 12, 31)


def test_a_day_is_written_as_the_language_does():
    assert written_date(dt.date(2026, 11, 23), "en") == "November 23, 2026"
    assert written_date(dt.date(2026, 11, 23), "fr") == "23 novembre 2026"
    assert written_date(dt.date(2026, 12, 1), "fr") == "1er décembre 2026"


def test_an_instant_is_written_with_the_day_and_the_time_that_it_is_at_the_college():
    late = dt.datetime(2026, 12, 2, 3, 7, 41, tzinfo=dt.UTC)
    assert written_instant(late, "en", "America/Toronto").replace("\u202f", " ") == "December 1, 2026, 10:07 p.m."
    assert written_instant(late, "fr", "America/Toronto").replace("\xa0", " ") == "1er décembre 2026, 22 h 07"


def test_a_trace_in_the_logs_tells_where_and_never_what():
    code = (
        "from services.common.observability.logs import set_up_logs, get_logger; import logging; set_up_logs('tiny')\n"
        "def sign_in(password):\n    raise ValueError('no')\n"
        "try:\n    sign_in('correct horse')\nexcept ValueError:\n"
        "    get_logger('x').exception('failed'); logging.getLogger('library').exception('failed too')\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE_S).stdout
    assert [json.loads(line)["component"] for line in told.splitlines()] == ["tiny", "tiny"]
    assert told.count("sign_in") >= 2
    assert "correct horse" not in told.replace("sign_in('correct horse')", "")
