"""A stopping gateway: who has a request under way is answered, even when the service behind it never is."""

import time
from dataclasses import replace

import eventlet
import requests

from tests.support.gateway_rig import StandIn, bearer, start_gateway


def test_a_request_whose_service_does_not_answer_gets_a_503_before_the_gateway_ends(house):
    StandIn(house, "identity", {}).stop()  # the queue is there, and nobody at it
    base = start_gateway(house)
    server = next(one for one in house.containers["gateway"].dependencies if one.attr_name == "http")
    server.settings = replace(server.settings, stop_grace_s=3.0)
    began = time.monotonic()
    asking = eventlet.spawn(requests.get, f"{base}/api/v1/me", headers=bearer(house, "applicant"))
    eventlet.sleep(0.3)
    house.stop("gateway")
    answer = asking.wait()
    assert (answer.status_code, answer.json()["code"]) == (503, "outcome_unknown")
    assert answer.headers["Retry-After"]
    assert time.monotonic() - began < 4  # the deadline of the call is 5 s
