"""One correlation id ties together all that one request brought about: in every service's audit trail, in the message and in the mail (B8)."""

import requests
from sqlalchemy import select

from services.contracts import applications, correspondence, identity
from services.correspondence.models import Message
from tests.support.actors.correspondence_desk import Sink, until
from tests.support.gateway_rig import start_gateway
from tests.support.waiting import PATIENCE_S

THREAD = "a-click-in-a-browser-4711"
OWNERS = {"identity": identity, "applications": applications, "correspondence": correspondence}
EMAIL = "zoe@people.example.org"


def actions(system, owner):
    """What an auditor finds under the id in one service's trail."""
    reply = system.call(owner.audit.ListAudit, system.caller("registrar"), correlation_id=THREAD, limit=100)
    return {entry["action"] for entry in reply["entries"]}


def test_a_request_keeps_its_id_through_the_gateway_three_services_and_the_mail(system, tmp_path):
    sink = Sink(tmp_path)
    try:
        system.start("identity", "applications", "correspondence", **sink.environment)
        body = {"email": EMAIL, "password": "a sentence that nobody guesses", "language": "fr"}
        address = f"{start_gateway(system)}/api/v1/applications/start"
        answer = requests.post(address, json=body, headers={"X-Correlation-Id": THREAD}, timeout=PATIENCE_S)
        assert answer.headers["X-Correlation-Id"] == THREAD
        [mail] = sink.mails_to(EMAIL)
        assert mail["headers"]["x-correlation-id"] == THREAD
        until(lambda: all(actions(system, owner) for owner in OWNERS.values()))
        assert {name: actions(system, owner) for name, owner in OWNERS.items()} == {
            "identity": {"account:open", "role:grant"},
            "applications": {"application:open"},
            "correspondence": {"message:write"},
        }
        with system.session("correspondence") as session:
            assert session.scalars(select(Message.correlation_id)).all() == [THREAD]
    finally:
        sink.stop()
