"""A stopping gateway: who has a request under way is answered, even when the service behind it never is."""

from dataclasses import replace

import eventlet
import requests
from eventlet.event import Event

from gateway import services
from services.contracts import identity
from tests.support.gateway_rig import StandIn, bearer, start_gateway
from tests.support.waiting import NEVER_S, in_patience, until


def test_a_request_whose_service_does_not_answer_gets_a_503_before_the_gateway_ends(system, monkeypatch):
    monkeypatch.setattr(services, "LONGEST_CALL_S", NEVER_S)
    monkeypatch.setattr(identity.accounts.GetMe, "deadline_s", NEVER_S)
    silent = StandIn(system, "identity", {identity.accounts.GetMe: lambda **_: Event().wait()})
    base = start_gateway(system)
    server = next(one for one in system.containers["gateway"].dependencies if one.attr_name == "http")
    server.settings = replace(server.settings, stop_grace_s=1.0)
    asking = eventlet.spawn(requests.get, f"{base}/api/v1/me", headers=bearer(system, "applicant"))
    until(lambda: silent.asked, "the question")
    with in_patience():
        system.stop("gateway")
        answer = asking.wait()
    assert (answer.status_code, answer.json()["code"]) == (503, "outcome_unknown")
    assert answer.headers["Retry-After"]
