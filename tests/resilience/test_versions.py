"""A newer version of a service beside the older one: its events and answers say more, and nobody is disturbed by that."""

import time

import pytest
from sqlalchemy import create_engine, text

from services.common.kernel.errors import NotFound
from services.contracts.identity import ContactChanged
from tests.resilience import newer_version
from tests.resilience.bus_writer import writing
from tests.resilience.newer_version import FIELD, VALUE


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


def test_upgrade_and_back_over_an_added_column(trial):
    """Expand: a column is added under load. Both versions work on the table; then the older alone. Contract: the column goes, under load."""
    site = trial.site
    address = site.engines.admin_database_url(site.settings.database_name("billing"))
    trial.begin(people=4)
    trial.a_moment(1, 2)
    _ask(address, f"SET lock_timeout = '5s'; ALTER TABLE invoices ADD COLUMN {FIELD} text")
    try:
        trial.judge(note="column added")
        site.start_beside("billing", newer_version.__name__, NEXT_TABLE="Invoice")
        trial.begin()
        trial.judge(note="both versions")
        by_newer = _ask(address, f"SELECT count(*) FROM invoices WHERE {FIELD} = '{VALUE}'")  # noqa: S608 - our own words
        assert 0 < by_newer < _ask(address, "SELECT count(*) FROM invoices")
        trial.begin(people=4)
        trial.a_moment(1, 2)
        trial.expected_ends = {"billing"}
        site.stop_beside("billing")
        trial.judge(note="back to the older")
    finally:
        trial.begin(people=4)
        trial.a_moment(1, 2)
        _ask(address, f"SET lock_timeout = '5s'; ALTER TABLE invoices DROP COLUMN {FIELD}")
    trial.judge(note="column removed")


def test_newer_callers_and_announcers(trial):
    """Calls and events with fields that this version does not know are taken, and the fields are dropped."""
    trial.begin(people=2, at_once=2)
    with writing(trial.site) as bus:
        found = bus.ask("registry.search_register", name="", **{FIELD: "asked"})
        assert "registrants" in found
        bus.admit("registry.a_call_of_next_release")
        with pytest.raises(NotFound):
            bus.ask("registry.a_call_of_next_release")
        me = trial.resident.api.get("/me")
        known = {"account_id": me["id"], "email": me["email"], "language": "en"}
        event = bus.announce(ContactChanged, known | {FIELD: "told"}, **{FIELD: "in the envelope too"})
    trial.judge()
    assert [line["outcome"] for line in trial.site.log_lines(event="event-handled", event_id=event)] == ["handled"]


def _told_by_the_newer(address: str) -> int:
    return _ask(address, "SELECT count(*) FROM outbox WHERE envelope->'data' ? :field AND sent_at IS NOT NULL", field=FIELD)


def _ask(address: str, sql: str, **values: str) -> int:
    engine = create_engine(address)
    with engine.begin() as connection:
        answer = connection.execute(text(sql), values)
        found = answer.scalar_one() if answer.returns_rows else 0
    engine.dispose()
    return found
