"""The engines run but are in trouble: no disk left for the broker, a table of the database that somebody keeps locked."""

import time

import pytest
from sqlalchemy import create_engine, text

from tests.resilience.apart import rabbitmqctl

TROUBLE_S = 13.0


def test_full_disk_of_the_broker(fault_case):
    """The broker takes no messages while its disk is full: callers are told to come again, and what is announced waits in the outboxes."""
    engines = fault_case.site.engines
    fault_case.begin()
    fault_case.a_moment(0.5, 2)
    rabbitmqctl(engines, "set_disk_free_limit", "1000000GB")
    time.sleep(TROUBLE_S)
    rabbitmqctl(engines, "set_disk_free_limit", "50MB")
    fault_case.recovered(time.monotonic())
    fault_case.judge()


@pytest.mark.parametrize(("service", "table"), [("applications", "outbox"), ("billing", "invoices"), ("registry", "inbox")])
def test_locked_table(fault_case, service, table):
    """Somebody holds a table for longer than any deadline."""
    name = fault_case.site.settings.database_name(service)
    engine = create_engine(fault_case.site.engines.admin_database_url(name))
    fault_case.begin()
    fault_case.a_moment(0.5, 2)
    with engine.begin() as connection:
        connection.execute(text(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
        time.sleep(TROUBLE_S)
    engine.dispose()
    fault_case.recovered(time.monotonic())
    fault_case.judge()
