"""A broker of three nodes loses one while people walk: nothing is lost, nobody waits for its return."""

import time

from deploy.demo.journey.api import wait_for
from tests.support.waiting import PATIENCE_S


def test_the_node_that_leads_every_queue_is_killed(fault_case):
    engines = fault_case.site.engines
    queues = engines.management.members(fault_case.site.vhost)
    assert {leader for leader, _ in queues.values()} == {"college@localhost"}
    assert {members for _, members in queues.values()} == {3}
    fault_case.begin()
    fault_case.a_moment(1, 3)
    engines.broker.kill()
    recovery = fault_case.recovered(time.monotonic())  # without it: the other two have chosen new leaders
    assert engines.broker.pid() is None and recovery.longest_s < 15
    engines.start()
    wait_for("all members back", lambda: _whole(engines, fault_case.site.vhost), 2 * PATIENCE_S, 0.5)
    fault_case.judge()


def _whole(engines, vhost):
    return {members for _, members in engines.management.members(vhost).values()} == {3}
