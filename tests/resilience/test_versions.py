"""A newer version of a service beside the older one: its events and answers say more, and nobody is disturbed by that."""

import time

import pytest
from sqlalchemy import create_engine, text

from services.common.errors import NotFound
from services.contracts.identity import ContactChanged
from tests.resilience import newer_version
from tests.resilience.bus_writer import writing
from tests.resilience.newer_version import FIELD

pytestmark = pytest.mark.timeout(400)


@pytest.mark.parametrize("component", ["billing", "registry"])
def test_newer_version(trial, component):
    """Both versions serve the same queues; the newer is stopped and started while people walk."""
    site = trial.site
    site.start_beside(component, newer_version.__name__)
    try:
        trial.begin()
        trial.a_moment(2, 4)
        site.stop_beside(component)
        time.sleep(0.5)
        site.start_beside(component, newer_version.__name__)
        trial.expected_ends = {component}
        trial.judge()
    finally:
        site.stop_beside(component)
    assert _told_by_the_newer(site.engines.admin_database_url(site.settings.database_name(component))) > 0


def test_newer_callers_and_announcers(trial):
    """Calls and events with fields that this version does not know are taken, and the fields are dropped."""
    trial.begin(people=2, at_once=2)
    with writing(trial.site) as bus:
        found = bus.ask("registry.search_register", name="", **{FIELD: "asked"})
        assert "registrants" in found
        with pytest.raises(NotFound):
            bus.ask("registry.a_call_of_next_release")
        me = trial.resident.api.get("/me")
        known = {"account_id": me["id"], "email": me["email"], "language": "en"}
        event = bus.announce(ContactChanged, known | {FIELD: "told"}, **{FIELD: "in the envelope too"})
    trial.judge()
    assert [line["outcome"] for line in trial.site.log_lines(event="event-handled", event_id=event)] == ["handled"]


def _told_by_the_newer(address: str) -> int:
    engine = create_engine(address)
    with engine.connect() as connection:
        query = text("SELECT count(*) FROM outbox WHERE envelope->'data' ? :field AND sent_at IS NOT NULL")
        found = connection.execute(query, {"field": FIELD}).scalar_one()
    engine.dispose()
    return found
