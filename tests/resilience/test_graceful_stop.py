"""SIGTERM under load: what is under way is finished, and the process ends by itself, engines or no engines."""

import signal
import time

import pytest

from deploy.local import pids
from tests.resilience.apart import OURS
from tests.support.waiting import PATIENCE_S


def stop_all(site) -> dict[str, float]:
    """Tells every service to stop at once; gives how long each took."""
    waiting = {one.component: one.identity for one in site.running() if one.component in OURS}
    began, took = time.monotonic(), {}
    for component in waiting:
        site.signal(component, signal.SIGTERM)
    while waiting and time.monotonic() < began + PATIENCE_S:
        for component, identity in list(waiting.items()):
            if not pids.is_alive(identity):
                took[component] = time.monotonic() - began
                del waiting[component]
        time.sleep(0.02)
    assert not waiting, f"still there: {list(waiting)}"
    return took


@pytest.mark.parametrize("trouble", ["none", "broker-killed", "broker-stopped", "database-killed", "database-stopped"])
def test_graceful_stop(fault_case, trouble):
    site, engines = fault_case.site, fault_case.site.engines
    engine_name, _, how = trouble.partition("-")
    engine = getattr(engines, engine_name, None)
    fault_case.expected_ends = set(OURS)
    fault_case.begin()
    fault_case.a_moment(2, 4)
    if engine is not None:
        engine.kill() if how == "killed" else engine.pause()
        time.sleep(1)
    took = stop_all(site)
    codes = {component: site.exit_code(component) for component in OURS}
    if engine is not None:
        engine.resume()
    engines.start()
    for component in OURS:
        site.start_component(component)
    site.wait_ready(2 * PATIENCE_S)
    fault_case.recovered(time.monotonic())
    fault_case.judge(note=f"stopped within {max(took.values()):.1f} s")
    # What waits for a database that does not answer cannot be finished: such a process says so in its log and ends with 1.
    fine = {0, 1} if trouble == "database-stopped" else {0}
    assert set(codes.values()) <= fine, codes
