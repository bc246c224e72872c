"""SIGKILL at random moments: each service, the broker, the database."""

import time

import pytest

from services.common.runtime import launch
from tests.resilience.apart import OURS
from tests.support.waiting import PATIENCE_S

PROVIDER = "payment_provider"


@pytest.mark.parametrize("component", [*OURS, PROVIDER])
def test_killed(trial, component):
    trial.expected_ends = {component}
    trial.begin()
    for _ in range(2):
        trial.a_moment()
        trial.site.kill(component)
        time.sleep(0.3)
        trial.site.start_component(component)
        trial.site.wait_ready(2 * PATIENCE_S)
    trial.recovered(time.monotonic())
    trial.judge()


@pytest.mark.parametrize("component", ["billing", "registry"])
def test_killed_relay(trial, component):
    """The relay in a process of its own: while it is dead announcements wait in the outbox, and calls and events go on."""
    site = trial.site
    site.start_anew(component, PARTS="calls,events,timers")
    try:
        site.start_beside(component, launch.__name__, PARTS="relay")
        trial.begin()
        trial.expected_ends = {component}
        for _ in range(2):
            trial.a_moment()
            site.stop_beside(component, kill=True)
            time.sleep(1)
            site.start_beside(component, launch.__name__, PARTS="relay")
        trial.recovered(time.monotonic())
        trial.judge()
        site.stop_beside(component)
    finally:
        site.start_anew(component)


@pytest.mark.smoke
def test_killed_broker(trial):
    broker = trial.site.engines.broker
    trial.begin()
    trial.a_moment(1, 3)
    broker.kill()
    time.sleep(1)
    trial.site.engines.start()
    trial.recovered(time.monotonic())
    trial.judge()


def test_killed_database(trial):
    trial.begin()
    for _ in range(2):
        trial.a_moment(1, 3)
        trial.site.engines.database.kill()
        time.sleep(1)
        trial.site.engines.start()
        trial.recovered(time.monotonic())
    trial.judge()
