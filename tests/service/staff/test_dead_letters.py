"""Dead letters from the command line: with the real services over the real broker."""

import json
from uuid import uuid4

import amqp
import pytest
import requests
from sqlalchemy import select

from services.common.bus.publisher import Outgoing
from services.common.bus.topology import DEAD_EXCHANGE, HANDLER_HEADER, HISTORY_HEADER, queue_of
from services.common.kernel import clock
from services.common.persistence.tables import audit
from services.contracts.applications.events import ApplicationApproved
from services.contracts.billing.events import InvoiceIssued
from services.contracts.registry import RegistrationFinalised
from tests.support.actors.billing_journey import Journey
from tests.support.actors.staff_terminal import Terminal
from tests.support.gateway_rig import bearer, start_gateway
from tests.support.waiting import PATIENCE_S


@pytest.fixture
def office(system):
    journey = Journey(system)
    return journey, Terminal(system).signed_in_as("support")


def park(system, service, event, data, error="FeeNotInForce: no fee on that day\nDETAIL:  of ann@example.org", event_id=None):
    """Puts an event where a handler that failed for good would have put it."""
    envelope = {"id": event_id or str(uuid4()), "type": event.type, "owner": event.owner, "actor": "test", "language": "en"}
    envelope |= {"occurred_at": clock.now().isoformat(), "correlation_id": str(uuid4()), "data": data}
    headers = {
        HANDLER_HEADER: queue_of(service, event),
        HISTORY_HEADER: [{"at": clock.now().isoformat(), "error": error}] * 3,
    }
    message = amqp.Message(
        json.dumps(envelope), delivery_mode=2, message_id=envelope["id"], application_headers=headers, type=event.type
    )
    system._publisher.publish([Outgoing(message, DEAD_EXCHANGE, service)], PATIENCE_S)
    return envelope["id"]


def approval(journey):
    return ApplicationApproved.write(
        {
            "application_id": journey.application_id,
            "account_id": journey.account_id,
            "reference": "APP-000017-B",
            "category": "rp_qualifying",
            "legal_name": "Zoë Nguyễn-Tremblay",
            "first_name": "Zoë",
            "last_name": "Nguyễn-Tremblay",
            "commonly_used_name": None,
            "languages_of_care": ["en", "fr"],
            "conditions": [],
            "approved_at": clock.now(),
        }
    )


def test_nothing_waits_and_services_that_are_away_are_named(office):
    _, terminal = office
    assert "Every message was handled" in terminal.done("dead-letters", "list", "--service", "billing")
    result = terminal.run("dead-letters", "list")
    assert result.exit_code == 3
    assert "Every message was handled" in result.stdout
    assert "registry does not answer" in result.stderr
    assert "billing" not in result.stderr
    assert "registry ne répond pas" in terminal.run("dead-letters", "list", "--language", "fr").stderr
    assert terminal.run("dead-letters", "list", "--cursor", "x").exit_code == 2


def test_a_message_is_listed_shown_and_replayed_with_a_note(office):
    journey, terminal = office
    event_id = park(journey.system, "billing", ApplicationApproved, approval(journey))
    page = terminal.done("dead-letters", "list", "--service", "billing")
    assert event_id in page
    assert "FeeNotInForce" in page
    assert "ann@example.org" not in page
    shown = terminal.done("dead-letters", "show", event_id)
    assert "FeeNotInForce" in shown
    assert "do not let you see" in shown
    assert "Nguyễn" not in shown
    assert "ann@example.org" not in shown
    registrar = Terminal(journey.system).signed_in_as("registrar")
    assert str(journey.application_id) in registrar.done("dead-letters", "show", event_id)
    assert terminal.run("dead-letters", "replay", event_id).exit_code == 2
    terminal.signed_in_as("administrator")
    assert "was given to billing again" in terminal.done("dead-letters", "replay", event_id, "--note", "The fee is there now.")
    journey.system.announced(InvoiceIssued)
    terminal.refused("dead-letters", "replay", event_id, "--service", "billing", "--note", "Again.", code="not_found")
    with journey.system.session("billing") as session:
        notes = session.scalars(select(audit.c.after).where(audit.c.action == "dead-letter:replay")).all()
    assert notes == [{"note": "The fee is there now."}]


def test_a_message_is_discarded_and_all_of_a_type_go_back(office):
    journey, terminal = office
    data = approval(journey)
    ids = [park(journey.system, "billing", ApplicationApproved, data) for _ in range(3)]
    assert "a été retiré de billing" in terminal.done(
        "dead-letters", "discard", ids[0], "--service", "billing", "--note", "Essai", "--language", "fr"
    )
    assert len(terminal.data("dead-letters", "list", "--service", "billing")["billing"]["letters"]) == 2
    replayed = ("dead-letters", "replay-all", "--service", "billing", "--type", "ApplicationApproved", "--note", "Mended.")
    assert "Replayed: 2. Still set aside: 0." in terminal.done(*replayed)
    assert len(journey.system.announced(InvoiceIssued)) == 1
    assert terminal.data(*replayed) == {"replayed": 0, "left": 0}


def test_an_event_parked_in_two_services_is_replayed_where_the_person_says(office):
    journey, terminal = office
    journey.system.start("qa")
    event_id = str(uuid4())
    for service in ("billing", "qa"):
        park(journey.system, service, RegistrationFinalised, {"half": "an event"}, event_id=event_id)
    result = terminal.run("dead-letters", "discard", event_id, "--note", "Which?")
    assert result.exit_code == 2
    assert "billing, qa" in result.stderr
    assert set(terminal.data("dead-letters", "show", event_id)) == {"billing", "qa"}
    terminal.done("dead-letters", "discard", event_id, "--note", "This one.", "--service", "qa")
    assert set(terminal.data("dead-letters", "show", event_id)) == {"billing"}


def test_dead_letters_are_for_those_who_look_after_the_system(office):
    _, terminal = office
    terminal.signed_in_as("billing_officer").refused("dead-letters", "list", "--service", "billing", code="forbidden")


def test_the_same_over_http(office):
    journey, _ = office
    base = start_gateway(journey.system) + "/api/v1/staff/dead-letters"
    event_id = park(journey.system, "billing", ApplicationApproved, approval(journey))
    support = bearer(journey.system, "support")
    assert requests.get(f"{base}/billing", timeout=PATIENCE_S).status_code == 401
    assert requests.get(f"{base}/billing", headers=bearer(journey.system, "applicant"), timeout=PATIENCE_S).status_code == 403
    page = requests.get(f"{base}/billing?type=ApplicationApproved&limit=5", headers=support, timeout=PATIENCE_S).json()
    assert [letter["id"] for letter in page["letters"]] == [event_id]
    assert requests.get(f"{base}/billing/{event_id}", headers=support, timeout=PATIENCE_S).json()["data"] is None
    assert requests.get(f"{base}/billing/{uuid4()}", headers=support, timeout=PATIENCE_S).status_code == 404
    away = requests.get(f"{base}/registry", headers=support, timeout=PATIENCE_S)
    assert (away.status_code, "Retry-After" in away.headers) == (503, True)
    assert requests.post(f"{base}/billing/{event_id}/replay", json={}, headers=support, timeout=PATIENCE_S).status_code == 422
    note = {"note": "The fee is there now."}
    assert requests.post(f"{base}/billing/{event_id}/replay", json=note, headers=support, timeout=PATIENCE_S).status_code == 200
    journey.system.announced(InvoiceIssued)
    gone = requests.post(f"{base}/billing/{event_id}/discard", json=note, headers=support, timeout=PATIENCE_S)
    assert gone.status_code == 404
