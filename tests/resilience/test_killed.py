"""SIGKILL at random moments: each service, the broker, the database."""

import time

import pytest

from services.common.runtime import launch
from tests.resilience.apart import OURS
from tests.support.waiting import PATIENCE_S

PROVIDER = "payment_provider"


@pytest.mark.parametrize("component", [*OURS, PROVIDER])
def test_killed(fault_case, component):
    fault_case.expected_ends = {component}
    fault_case.begin()
    for _ in range(2):
        fault_case.a_moment()
        fault_case.site.kill(component)
        time.sleep(0.3)
        fault_case.site.start_component(component)
        fault_case.site.wait_ready(2 * PATIENCE_S)
    fault_case.recovered(time.monotonic())
    fault_case.judge()


@pytest.mark.parametrize("component", ["billing", "registry"])
def test_killed_relay(fault_case, component):
    """The relay in a process of its own: while it is dead announcements wait in the outbox, and calls and events go on."""
    site = fault_case.site
    site.start_anew(component, PARTS="calls,events,timers")
    try:
        site.start_beside(component, launch.__name__, PARTS="relay")
        fault_case.begin()
        fault_case.expected_ends = {component}
        for _ in range(2):
            fault_case.a_moment()
            site.stop_beside(component, kill=True)
            time.sleep(1)
            site.start_beside(component, launch.__name__, PARTS="relay")
        fault_case.recovered(time.monotonic())
        fault_case.judge()
        site.stop_beside(component)
    finally:
        site.start_anew(component)


@pytest.mark.smoke
def test_killed_broker(fault_case):
    broker = fault_case.site.engines.broker
    fault_case.begin()
    fault_case.a_moment(1, 3)
    broker.kill()
    time.sleep(1)
    fault_case.site.engines.start()
    fault_case.recovered(time.monotonic())
    fault_case.judge()


def test_killed_database(fault_case):
    fault_case.begin()
    for _ in range(2):
        fault_case.a_moment(1, 3)
        fault_case.site.engines.database.kill()
        time.sleep(1)
        fault_case.site.engines.start()
        fault_case.recovered(time.monotonic())
    fault_case.judge()
