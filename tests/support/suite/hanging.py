"""A test that hangs fails alone, with its name and where everything stood: also in a fixture, in the hub, or in C.

pytest-timeout says how long a test may take and when; what happens then is here. First the alarm raises the failure in the greenlet that runs
the tests, whoever runs just then. Where no Python runs that could take it, as in a library's C, a watchdog that needs none writes down the
stacks and ends the process: `tests.side_by_side` counts that test as failed, and has another process run the rest.
"""

import faulthandler
import gc
import os
import signal
import sys
import threading
import traceback
from collections.abc import Generator
from contextlib import suppress
from types import FrameType
from typing import Any

import greenlet
import pytest
from eventlet.hubs import get_hub

# How long after the alarm the watchdog waits, and within what the rest of a test that has failed must end.
GRACE_S = 30.0
_MOST_STACKS, _DEPTH = 40, 8


class Hanging:
    """The plugin."""

    def __init__(self, config: pytest.Config, grace: float = GRACE_S) -> None:
        self._grace = grace
        capture = config.pluginmanager.getplugin("capturemanager")
        # The terminal's own, which the watchdog writes to while pytest captures.
        if capture is None:
            self._stderr = os.dup(2)
        else:
            with capture.global_and_fixture_disabled():
                self._stderr = os.dup(2)
        self._runner: Any = None
        self._test, self._limit, self._rang, self._reporting = "", 0.0, False, False

    # ---- pytest-timeout's hooks --------------------------------------------------------------------------------------

    def pytest_timeout_set_timer(self, item: pytest.Item, settings: Any) -> bool:
        """Sets the alarm and the watchdog for a test with all its fixtures."""
        self._runner, self._test, self._limit = greenlet.getcurrent(), item.nodeid, settings.timeout
        self._rang = self._reporting = False
        self._set(settings.timeout)
        return True

    def pytest_timeout_cancel_timer(self, item: pytest.Item) -> bool:
        """Lets the test be."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self) -> None:
        """Lets the alarm fail the test again: what was before it has been reported."""
        self._reporting = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self) -> None:
        """Lets the alarm fail the fixtures' end too."""
        self._reporting = False

    @pytest.hookimpl(trylast=True)
    def pytest_exception_interact(self, node: pytest.Item) -> None:
        """Sets both anew for what follows a failure: pytest and pytest-timeout have just dropped them."""
        if isinstance(node, pytest.Item) and not node.config.getoption("usepdb"):
            self._set(self._limit)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: Any) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Fails also a test that took the failure for its own matter."""
        self._reporting = True
        report = yield
        if self._rang:
            self._forget_waiting()
        if self._rang and report.passed:
            report.outcome, report.longrepr = "failed", f"{self._test} hung, and went on when it was failed"
        self._rang = self._rang and report.passed
        return report

    # ---- inside ------------------------------------------------------------------------------------------------------

    def _set(self, seconds: float) -> None:
        signal.signal(signal.SIGALRM, self._ring)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        faulthandler.dump_traceback_later(seconds + self._grace, exit=True, file=self._stderr)

    def _ring(self, _signal: int, frame: FrameType | None) -> None:
        if self._reporting:
            return  # pytest is at work, which would take the failure for its own fault; if it hangs, the watchdog ends it
        # Again after a while: what catches the failure, or hangs in a fixture's end, meets the next one.
        self._set(self._grace)
        self._rang = True
        failure = pytest.fail.Exception(f"{self._test} hangs: not done after {self._limit:.0f} s\n{_stacks(frame)}")
        if greenlet.getcurrent() is self._runner:
            raise failure
        greenlet.greenlet(self._fail, self._runner).switch(failure)

    def _fail(self, failure: BaseException) -> None:
        """Fails the test from outside the greenlet that ran: that one is left where it stands, and whatever it kept busy goes on."""
        loop = get_hub().greenlet
        if loop:
            # The next who waits has a new loop, with the same timers and sockets: this one sleeps on, or waits for who does not end.
            parent, loop.parent = loop.parent, greenlet.getcurrent()
            with suppress(SystemExit):
                loop.throw(SystemExit)
            loop.parent = parent
        self._runner.throw(failure)

    def _forget_waiting(self) -> None:
        """Drops what would wake the tests' greenlet later, with nobody waiting: the failure may have come while it was about to wait."""
        hub = get_hub()
        for listeners in ([*hub.get_readers()], [*hub.get_writers()]):
            for listener in listeners:
                if getattr(listener.cb, "__self__", None) is self._runner:
                    hub.remove(listener)
        for _, timer in [*hub.timers, *hub.next_timers]:
            if not timer.called and getattr(timer.tpl[0], "__self__", None) is self._runner:
                timer.cancel()


def _stacks(frame: FrameType | None) -> str:
    """What ran, the other threads, and the greenlets that wait, each stack once."""
    stacks = {f"what ran:\n{_drawn(frame, 30)}": 1}
    for number, other in sys._current_frames().items():
        if number != threading.get_ident():
            _count(stacks, f"a thread:\n{_drawn(other)}")
    for one in gc.get_objects():
        if isinstance(one, greenlet.greenlet) and one.gr_frame is not None:
            _count(stacks, f"a greenlet:\n{_drawn(one.gr_frame)}")
    drawn = [text if count == 1 else f"{count} × {text}" for text, count in stacks.items()]
    return "\n".join(drawn[:_MOST_STACKS])


def _count(stacks: dict[str, int], text: str) -> None:
    stacks[text] = stacks.get(text, 0) + 1


def _drawn(frame: FrameType | None, depth: int = _DEPTH) -> str:
    return "".join(traceback.format_stack(frame)[-depth:])
