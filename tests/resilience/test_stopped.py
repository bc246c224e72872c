"""SIGSTOP for longer than any deadline of a call, then SIGCONT: each service, the broker, the database."""

import signal
import time

import pytest

from tests.resilience.apart import OURS

STOPPED_S = 13.0  # the longest deadline of a call is 12 s


@pytest.mark.parametrize("component", OURS)
def test_stopped(trial, component):
    trial.begin()
    trial.a_moment(0.5, 3)
    trial.site.signal(component, signal.SIGSTOP)
    time.sleep(STOPPED_S)
    trial.site.signal(component, signal.SIGCONT)
    trial.recovered(time.monotonic())
    trial.judge()


@pytest.mark.parametrize("engine", ["broker", "database"])
def test_stopped_engine(trial, engine):
    stopped = getattr(trial.site.engines, engine)
    trial.begin()
    trial.a_moment(0.5, 3)
    stopped.pause()
    time.sleep(STOPPED_S)
    stopped.resume()
    trial.recovered(time.monotonic())
    trial.judge()
