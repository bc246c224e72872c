"""Messages that no handler can handle: parked with their history, and nobody else waits for them."""

from deploy.demo.journey.api import wait_for
from services.common.kernel.contract import Event
from services.contracts.applications.events import ApplicationApproved, ApplicationSubmitted
from services.contracts.registry import RegistrationFinalised
from tests.resilience.bus_writer import writing

# One event that each listener hears.
HEARD: dict[str, type[Event]] = {
    "identity": ApplicationSubmitted,
    "applications": RegistrationFinalised,
    "registry": ApplicationApproved,
    "billing": ApplicationApproved,
    "qa": RegistrationFinalised,
    "correspondence": ApplicationSubmitted,
}


def test_poison_in_every_queue(fault_case):
    fault_case.begin()
    with writing(fault_case.site) as bus:
        for _ in range(3):
            fault_case.a_moment(0.2, 1)
            for listener, event in HEARD.items():
                bus.poison(listener, event)
    fault_case.judge(parked=dict.fromkeys(HEARD, 3))


def test_handler_that_always_fails(fault_case):
    """An approval in a category without a fee: billing cannot invoice it, however often it tries; the others are invoiced meanwhile."""
    fault_case.begin()
    approved = {
        **dict.fromkeys(("application_id", "account_id"), "01a20000-0000-7000-8000-000000000001"),
        "reference": "none",
        "category": "no-such-category",
        "legal_name": "A B",
        "first_name": "A",
        "last_name": "B",
        "commonly_used_name": None,
        "languages_of_care": [],
        "conditions": [],
        "approved_at": "2026-11-23T12:00:00+00:00",
    }
    with writing(fault_case.site) as bus:
        event = bus.tell_one("billing", ApplicationApproved, approved)
    wait_for("the event to be parked", lambda: fault_case.site.log_lines(event="event-parked", event_id=event), every_s=0.5)
    fault_case.judge(parked={"billing": 1})
    tries = fault_case.site.log_lines(event="event-retried", event_id=event)
    assert [line["attempt"] for line in tries] == list(range(1, len(tries) + 1))
