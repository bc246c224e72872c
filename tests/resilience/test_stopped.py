"""SIGSTOP for longer than any deadline of a call, then SIGCONT: each service, the broker, the database."""

import signal
import time

import pytest

from tests.resilience.apart import OURS

STOPPED_S = 13.0  # the longest deadline of a call is 12 s


@pytest.mark.parametrize("component", OURS)
def test_stopped(fault_case, component):
    fault_case.begin()
    fault_case.a_moment(0.5, 3)
    fault_case.site.signal(component, signal.SIGSTOP)
    time.sleep(STOPPED_S)
    fault_case.site.signal(component, signal.SIGCONT)
    fault_case.recovered(time.monotonic())
    fault_case.judge()


@pytest.mark.parametrize("engine", ["broker", "database"])
def test_stopped_engine(fault_case, engine):
    stopped = getattr(fault_case.site.engines, engine)
    fault_case.begin()
    fault_case.a_moment(0.5, 3)
    stopped.pause()
    time.sleep(STOPPED_S)
    stopped.resume()
    fault_case.recovered(time.monotonic())
    fault_case.judge()
