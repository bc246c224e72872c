"""A test that hangs fails alone: shown by small suites of their own, with a second for each test."""

import re
import sys
from pathlib import Path

import eventlet
import pytest

from tests.support.suite.share import Share

ROOT = Path(__file__).resolve().parents[3]
CONFTEST = """
import eventlet
eventlet.monkey_patch()
from tests.support.suite import journal
from tests.support.suite.hanging import Hanging
def pytest_configure(config):
    config.pluginmanager.register(Hanging(config, grace=3))
    config.pluginmanager.register(journal.Journal(journal.given()))
"""
TOP = """
import os, signal, socket, time
import eventlet, pytest
from eventlet.patcher import original
unpatched = original("time")
def busy():
    while True:
        pass
def test_before(): pass
"""
AFTER = """
def test_after():
    eventlet.sleep(0.01)
    assert eventlet.spawn(lambda: "works").wait() == "works"
"""
# What takes the failure as any exception: the process goes on.
HANGS = {
    "busy": "def test_hangs(): busy()",
    "asleep": "def test_hangs(): time.sleep(600)",
    "asleep_unpatched": "def test_hangs(): unpatched.sleep(600)",
    "waiting": "def test_hangs(): eventlet.Event().wait()",
    "at_a_socket": "def test_hangs(): \n    one, other = socket.socketpair()\n    one.recv(1)",
    "hub_busy": "def test_hangs():\n    eventlet.hubs.get_hub().schedule_call_global(0, busy)\n    eventlet.sleep(600)",
    "another_busy": "def test_hangs():\n    eventlet.spawn(busy)\n    eventlet.sleep(600)",
    "hub_asleep": "def test_hangs():\n    eventlet.spawn(unpatched.sleep, 600)\n    eventlet.sleep(600)",
    "in_a_fixture": "@pytest.fixture\ndef slow(): time.sleep(600)\ndef test_hangs(slow): pass",
    "in_teardown": "@pytest.fixture\ndef slow():\n    yield\n    time.sleep(600)\ndef test_hangs(slow): pass",
    "in_teardown_of_a_failed": "@pytest.fixture\ndef slow():\n    yield\n    busy()\ndef test_hangs(slow): assert False",
    "swallowed": "def test_hangs():\n    try:\n        time.sleep(600)\n    except BaseException:\n        pass",
}
# What takes the process with it.
DIES = {
    "in_c": "def test_hangs(): sum(range(10**15))",
    "stopped_listening": "def test_hangs():\n    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\n    busy()",
    "crash": "def test_hangs(): os.kill(os.getpid(), signal.SIGSEGV)",
    "killed": "def test_hangs(): os.kill(os.getpid(), signal.SIGKILL)",
}


def ran(folder, *tests):
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "pytest.ini").write_text(f"[pytest]\ntimeout = 0.5\npythonpath = {ROOT}\n")
    (folder / "test_it.py").write_text("\n".join([TOP, *tests, AFTER]))
    share = Share(folder / "share", [sys.executable, "-m", "pytest", "-q", "-p", "pytest_timeout", "."], folder)
    try:
        with eventlet.Timeout(100):
            while share.watch():
                eventlet.sleep(0.05)
    finally:
        share.end()
    return share, {name.partition("::")[2]: result.outcome for name, result in share.results().items()}


@pytest.fixture(autouse=True)
def no_more_plugins(monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def test_tests_that_hang_fail_with_their_stacks_and_the_others_run_all_the_same(tmp_path):
    suite = {name: re.sub(r"\b(test_hangs|slow)\b", rf"\1_{name}", text) for name, text in (HANGS | DIES).items()}
    share, outcomes = ran(tmp_path, *suite.values())
    assert outcomes == {"test_before": "passed", "test_after": "passed", **{f"test_hangs_{name}": "failed" for name in suite}}
    assert share.code == 1
    log = share.log.read_text()
    assert "test_hangs_another_busy hangs: not done after" in log and "in busy" in log
    assert share.died.keys() == {f"test_it.py::test_hangs_{name}" for name in DIES}
    for name, account in share.died.items():
        assert "its process ended with it" in account
        assert name.endswith("killed") or f"in {name.partition('::')[2]}" in account


def test_a_suite_in_which_nothing_hangs_is_as_before(tmp_path):
    share, outcomes = ran(tmp_path)
    assert outcomes == {"test_before": "passed", "test_after": "passed"} and share.code == 0
