"""One clock: the college's time follows a file, the machinery's never does, and in production nothing moves it."""

import os
from datetime import timedelta

import pytest

from services.common.kernel import clock
from services.common.kernel.clock import ClockFileMalformed
from services.common.security.clock_guard import ClockRefused, clock_file, serves_this_machine_only
from services.common.settings import Settings
from tests.support.places import ROOT

A_DAY = timedelta(days=1)
GIVEN = {"AMQP_URI": "amqp://guest:guest@127.0.0.1/", "DATABASE_URL": ""}


def ahead():
    return clock.now() - clock.real_now()


def test_the_colleges_time_is_the_machines_where_nothing_moves_it():
    assert abs(ahead()) < A_DAY / 1440


def test_all_that_follow_a_file_move_when_it_changes_and_the_machinery_does_not(moved_clock):
    began = clock.real_now()
    moved_clock.forward(days=500)
    assert ahead() > timedelta(days=499)
    moved_clock.forward(days=40)
    assert ahead() > timedelta(days=539)
    assert clock.real_now() - began < A_DAY


def test_without_its_file_the_clock_shows_the_true_time(tmp_path):
    clock.follow(tmp_path / "none")
    try:
        assert abs(ahead()) < A_DAY
    finally:
        clock.follow(None)


@pytest.mark.parametrize("written", ["", "soon", "1.5", "9" * 30])
def test_a_file_with_anything_but_seconds_keeps_a_process_from_starting(tmp_path, written):
    file = tmp_path / "clock"
    file.write_text(written)
    try:
        with pytest.raises(ClockFileMalformed, match="whole number of seconds"):
            clock.follow(file)
    finally:
        clock.follow(None)


@pytest.mark.parametrize("here", ["http://127.0.0.1:8080", "http://localhost", "http://north.localhost:8080/", "http://[::1]:80"])
def test_a_college_on_ones_own_machine_may_have_its_clock_moved(here):
    assert serves_this_machine_only(here)
    assert str(clock_file("/a/clock", here)) == "/a/clock"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://college.example.org", "http://college.example.org", "https://localhost", "http://10.0.0.3", "http://", ""],
)
def test_a_college_that_people_may_reach_refuses_a_moved_clock(elsewhere):
    with pytest.raises(ClockRefused, match="Take CLOCK_FILE away"):
        clock_file("/a/clock", elsewhere)
    assert clock_file("", elsewhere) is None


def test_a_process_of_production_does_not_start_with_a_moved_clock(monkeypatch):
    """Also where the operator lets lines be plain: that is about who may listen, not about who lives by the clock."""
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("CLOCK_FILE", "/a/clock")
    monkeypatch.setenv("PLAINTEXT_HOSTS", "college.example.org")
    for public_url in ("https://college.example.org", "http://college.example.org", None):
        monkeypatch.delenv("PUBLIC_URL", raising=False)
        if public_url:
            monkeypatch.setenv("PUBLIC_URL", public_url)
        with pytest.raises(ClockRefused):
            Settings.from_environment("billing")
    monkeypatch.setenv("PUBLIC_URL", "http://127.0.0.1:8080")
    assert str(Settings.from_environment("billing").clock_file) == "/a/clock"


def test_no_image_container_or_manifest_moves_the_clock():
    folders = [ROOT / "deploy" / name for name in ("docker", "kubernetes", "rabbitmq", "monitoring")]
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file() and file.suffix != ".pyc"]
    assert len(files) > 20
    naming = {os.path.relpath(file, ROOT) for file in files if b"CLOCK_FILE" in file.read_bytes()}
    assert naming == {"deploy/kubernetes/check.py"}  # which says that no cluster is given it
