"""A newer version of a service beside the older one: its events and answers say more, and nobody is disturbed by that."""

import time

import pytest
from sqlalchemy import create_engine, text

from services.common.kernel.errors import NotFound
from services.contracts.identity.events import ContactChanged
from tests.resilience import newer_version
from tests.resilience.bus_writer import writing
from tests.resilience.newer_version import FIELD, VALUE


@pytest.mark.parametrize("component", ["billing", "registry"])
def test_newer_version(fault_case, component):
    """Both versions serve the same queues; the newer is stopped and started while people walk."""
    site = fault_case.site
    site.start_beside(component, newer_version.__name__)
    try:
        fault_case.begin()
        fault_case.a_moment(2, 4)
        site.stop_beside(component)
        time.sleep(0.5)
        site.start_beside(component, newer_version.__name__)
        fault_case.expected_ends = {component}
        fault_case.judge()
    finally:
        site.stop_beside(component)
    assert _told_by_the_newer(site.engines.admin_database_url(site.settings.database_name(component))) > 0


def test_upgrade_and_back_over_an_added_column(fault_case):
    """Expand: a column is added under load. Both versions work on the table; then the older alone. Contract: the column goes, under load."""
    site = fault_case.site
    address = site.engines.admin_database_url(site.settings.database_name("billing"))
    fault_case.begin(people=4)
    fault_case.a_moment(1, 2)
    _ask(address, f"SET lock_timeout = '5s'; ALTER TABLE invoices ADD COLUMN {FIELD} text")
    try:
        fault_case.judge(note="column added")
        site.start_beside("billing", newer_version.__name__, NEXT_TABLE="Invoice")
        fault_case.begin()
        fault_case.judge(note="both versions")
        by_newer = _ask(address, f"SELECT count(*) FROM invoices WHERE {FIELD} = '{VALUE}'")  # noqa: S608 - our own words
        assert 0 < by_newer < _ask(address, "SELECT count(*) FROM invoices")
        fault_case.begin(people=4)
        fault_case.a_moment(1, 2)
        fault_case.expected_ends = {"billing"}
        site.stop_beside("billing")
        fault_case.judge(note="back to the older")
    finally:
        fault_case.begin(people=4)
        fault_case.a_moment(1, 2)
        _ask(address, f"SET lock_timeout = '5s'; ALTER TABLE invoices DROP COLUMN {FIELD}")
    fault_case.judge(note="column removed")


def test_newer_callers_and_announcers(fault_case):
    """Calls and events with fields that this version does not know are taken, and the fields are dropped."""
    fault_case.begin(people=2, at_once=2)
    with writing(fault_case.site) as bus:
        found = bus.ask("registry.search_register", name="", **{FIELD: "asked"})
        assert "registrants" in found
        bus.admit("registry.a_call_of_next_release")
        with pytest.raises(NotFound):
            bus.ask("registry.a_call_of_next_release")
        me = fault_case.resident.api.get("/me")
        known = {"account_id": me["id"], "email": me["email"], "language": "en"}
        event = bus.announce(ContactChanged, known | {FIELD: "told"}, **{FIELD: "in the envelope too"})
    fault_case.judge()
    assert [line["outcome"] for line in fault_case.site.log_lines(event="event-handled", event_id=event)] == ["handled"]


def _told_by_the_newer(address: str) -> int:
    return _ask(address, "SELECT count(*) FROM outbox WHERE envelope->'data' ? :field AND sent_at IS NOT NULL", field=FIELD)


def _ask(address: str, sql: str, **values: str) -> int:
    engine = create_engine(address)
    with engine.begin() as connection:
        answer = connection.execute(text(sql), values)
        found = answer.scalar_one() if answer.returns_rows else 0
    engine.dispose()
    return found
