"""What a run of a folder has left is ended by the next start, and nobody else's."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import eventlet
import pytest

from deploy.local import pids, runs
from deploy.local.lease import exclusive

ROOT = Path(__file__).resolve().parents[3]
# A run that starts a process, which has cut itself loose and starts another, and tells both.
# Whoever started the tests may ignore signals (nohup, a shell's background): the run does not.
RUN = """
import signal, subprocess, sys
from pathlib import Path
from deploy.local import runs
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
runs.begin(Path(sys.argv[1]))
loose = "import subprocess, sys; one = subprocess.Popen(['sleep', '600']); print(one.pid, flush=True); one.wait()"
child = subprocess.Popen([sys.executable, "-c", loose], stdout=subprocess.PIPE, text=True, start_new_session=True)
try:
    print(child.pid, child.stdout.readline().strip(), flush=True)
    child.wait()
finally:
    child.kill()
    print("ended in good order", flush=True)
"""


class Run:
    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-c", RUN, folder]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.started = [pids.identify(int(number)) for number in self.process.stdout.readline().split()]

    def end(self, number: signal.Signals) -> str:
        self.process.send_signal(number)
        return self.process.communicate(timeout=30)[0]

    def left(self) -> int:
        return sum(one is not None and pids.is_alive(one) for one in self.started)


@pytest.fixture
def begin():
    begun = []

    def begin(folder):
        begun.append(Run(folder))
        return begun[-1]

    yield begin
    for run in begun:
        run.process.kill()
        run.process.communicate()
        for one in run.started:
            if pids.is_alive(one):
                os.kill(one.pid, signal.SIGKILL)


def test_what_a_killed_run_has_left_is_ended_by_the_next_start_however_deep_it_was_started(begin, tmp_path):
    run = begin(tmp_path)
    run.end(signal.SIGKILL)
    assert run.left() == 2
    assert runs.end_leftovers(tmp_path) == 2
    assert run.left() == 0 and runs.end_leftovers(tmp_path) == 0


def test_a_run_that_goes_on_and_one_of_another_folder_are_let_alone(begin, tmp_path):
    alive, other = begin(tmp_path), begin(tmp_path / "other")
    other.end(signal.SIGKILL)
    assert runs.end_leftovers(tmp_path) == 0
    assert alive.left() == 2 and other.left() == 2


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_closed_terminal_and_a_kill_let_a_run_end_what_it_started(begin, tmp_path, number):
    assert "ended in good order" in begin(tmp_path).end(number)


def test_what_others_use_too_is_part_of_no_run():
    assert runs.unmarked({"PATH": "/bin", runs.VARIABLE: "1 2 /here"}) == {"PATH": "/bin"}


def test_a_lock_that_was_removed_with_what_it_guards_is_not_taken_for_held(tmp_path):
    lock = tmp_path / "lock"
    with exclusive(lock, print):
        second = eventlet.spawn(taken, lock)
        eventlet.sleep(0)
        lock.unlink()
    assert second.wait()


def taken(lock):
    """Whether the file that is locked is the one that others would lock."""
    with exclusive(lock, print), lock.open() as again:
        try:
            fcntl.flock(again, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
