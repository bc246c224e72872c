"""Metrics: counted where it happens, read at a scrape, and never in the way of the process."""

import eventlet
import pytest
import requests
from prometheus_client import REGISTRY
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from services.common.kernel.errors import RemoteError
from services.common.kernel.ids import new_id
from services.common.runtime import gauges
from services.contracts import billing as billing_contracts
from tests.support.actors.billing_journey import Journey
from tests.support.contracts import tiny
from tests.support.gateway_rig import start_gateway
from tests.support.metrics import scrape, value
from tests.support.tiny import TinyService
from tests.support.waiting import PATIENCE_S, in_patience, until


@pytest.fixture
def container(system):
    return system.start_class(TinyService, "tiny")


def counted(name, **labels):
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_calls_are_counted_by_method_and_outcome_and_timed(system, container):
    before = scrape(container)
    system.call(tiny.Echo, system.anonymous, text="a")
    with pytest.raises(tiny.TooTiny):
        system.call(tiny.Fail, system.caller("tester"), how="typed")
    with pytest.raises(RemoteError):
        system.call(tiny.Fail, system.caller("tester"), how="crash")
    after = scrape(container)
    for method, code in (("echo", "ok"), ("fail", "too_tiny"), ("fail", "remote_error")):
        labels = {"service": "tiny", "method": method, "code": code}
        assert value(after, "college_calls_total", **labels) == value(before, "college_calls_total", **labels) + 1
    labels = {"service": "tiny", "method": "echo"}
    assert value(after, "college_call_duration_seconds_count", **labels) >= 1
    assert value(after, "college_link_up", link="rpc-server-tiny") == 1


def test_a_call_that_is_unknown_or_too_late_is_counted_as_refused_without_its_name(system, container):
    before = scrape(container)
    with pytest.raises(Exception, match="not_found"):
        system._client.ask(f"tiny.{new_id().hex}", {}, {}, 2)
    after = scrape(container)
    labels = {"service": "tiny", "reason": "unknown"}
    assert value(after, "college_calls_refused_total", **labels) == value(before, "college_calls_refused_total", **labels) + 1


def test_events_are_counted_from_the_outbox_to_the_dead_letters(system, container):
    before = scrape(container)
    system.call(tiny.Put, system.caller("tester"), thing="poison-cup")
    until(lambda: value(scrape(container), "college_dead_letters", service="tiny") == 1)
    after = scrape(container)

    def grown(name, **labels):
        return value(after, name, service="tiny", **labels) - value(before, name, service="tiny", **labels)

    assert grown("college_events_announced_total", type="ThingPut") == 1
    assert grown("college_events_retried_total", type="ThingPut") == 5
    assert grown("college_events_parked_total", type="ThingPut") == 1
    assert grown("college_relay_batches_total") >= 1
    system.publish(tiny.ThingPut, thing="cup")
    labels = {"service": "tiny", "type": "ThingPut", "outcome": "handled"}
    until(
        lambda: (
            value(scrape(container), "college_events_handled_total", **labels)
            > value(after, "college_events_handled_total", **labels)
        )
    )


def test_the_outbox_and_the_pools_are_measured(system, container):
    with system.session("tiny") as session:
        session.execute(
            text(
                "INSERT INTO outbox (event_id, type, envelope, announced_at) SELECT gen_random_uuid(), 'OfAnotherVersion', "
                "'{}', now() - interval '90 seconds' FROM generate_series(1, 3)"
            )
        )
    samples = scrape(container)
    assert value(samples, "college_outbox_unsent", service="tiny") == 3
    assert 89 < value(samples, "college_outbox_oldest_unsent_seconds", service="tiny") < 90 + 2 * PATIENCE_S
    assert value(samples, "college_database_connections_limit", service="tiny", pool="writes") == 8
    assert value(samples, "college_workers_limit", service="tiny") > value(samples, "college_workers_in_use", service="tiny")


def test_a_scrape_shows_a_pool_that_is_drained(system, container):
    database = next(one for one in container.extensions if type(one).__name__ == "SharedDatabase").database
    taken = [database.writes.connect() for _ in range(8)] + [database.reads.connect() for _ in range(8)]
    try:
        samples = scrape(container)
    finally:
        for connection in taken:
            connection.close()
    assert value(samples, "college_database_connections_in_use", service="tiny", pool="writes") == 8
    assert ("college_outbox_unsent", ("service", "tiny")) in samples


def test_a_scrape_that_cannot_read_everything_shows_the_rest_in_time(system, container, monkeypatch):
    monkeypatch.setattr(gauges, "LIMIT_S", 0.2)
    monkeypatch.setattr(gauges, "_UNSENT", text("SELECT pg_sleep(3600), :most"))
    failures = counted("college_scrape_failures_total", what="database")
    scrapes = [eventlet.spawn(scrape, container) for _ in range(5)]
    with in_patience():
        pages = [one.wait() for one in scrapes]
    assert ("college_dead_letters", ("service", "tiny")) in pages[0]
    assert ("college_outbox_unsent", ("service", "tiny")) not in pages[0]
    assert all(("college_link_up", ("link", "rpc-server-tiny")) in page for page in pages)
    assert counted("college_scrape_failures_total", what="database") == failures + 1


def test_engines_that_accept_and_never_answer_do_not_hold_a_scrape_up(system, container):
    reader = next(one for one in container.dependencies if isinstance(one, gauges.Gauges))
    silent = eventlet.listen(("127.0.0.1", 0))
    port = silent.getsockname()[1]
    reader._engine = create_engine(f"postgresql+psycopg2://a:b@127.0.0.1:{port}/c", poolclass=NullPool)
    reader._amqp_uri = f"amqp://a:b@127.0.0.1:{port}/c"
    scraped = eventlet.spawn(scrape, container)
    assert system.call(tiny.Echo, system.anonymous, text="meanwhile")["text"] == "meanwhile"
    with in_patience():
        samples = scraped.wait()
    assert ("college_workers_limit", ("service", "tiny")) in samples
    assert not any(name in ("college_outbox_unsent", "college_dead_letters") for name, *_ in samples)
    silent.close()


def test_the_connection_to_the_broker_that_a_scrape_uses_comes_back(system, container):
    assert value(scrape(container), "college_dead_letters", service="tiny") == 0
    reader = next(one for one in container.dependencies if isinstance(one, gauges.Gauges))
    reader._broker.connection.transport.close()
    scrape(container)
    assert ("college_dead_letters", ("service", "tiny")) in scrape(container)


def test_what_is_paid_and_not_final_is_measured_and_its_replays_counted(system):
    before = counted("college_finalisations_replayed_total", by="sweep")
    journey = Journey(system, SWEEP_INTERVAL_S="0.1", FINALISATION_WAIT_S="0.3")
    journey.notify(journey.payment(journey.invoiced()))
    billing = system.containers["billing"]
    assert value(scrape(billing), "college_paid_not_final", service="billing") == 1
    until(lambda: counted("college_finalisations_replayed_total", by="sweep") == before + 1)
    (unfinished,) = system.call(billing_contracts.issued.ListUnfinished, journey.staff)["invoices"]
    assert unfinished["replays"] == 1
    assert unfinished["next_replay_at"] is not None


def test_what_of_money_waits_for_a_person_is_measured_until_it_is_dealt_with(system):
    journey = Journey(system)
    billing, waiting, oldest = (
        system.containers["billing"],
        "college_money_for_a_person",
        "college_money_for_a_person_oldest_seconds",
    )
    journey.notify({}, kind="payment.created")
    assert value(scrape(billing), waiting, service="billing", what="notices") == 0
    journey.notify({}, kind="payment.refunded")
    journey.notify(journey.payment("INV-UNKNOWN"))
    found = scrape(billing)
    assert [value(found, waiting, service="billing", what=what) for what in ("notices", "payments")] == [1, 1]
    assert value(found, oldest, service="billing", what="notices") > 0
    (notice,) = system.call(billing_contracts.notices.ListPaymentNotices, journey.staff, unresolved=True)["notices"]
    system.call(billing_contracts.notices.ResolvePaymentNotice, journey.staff, notice_id=notice["id"], note="Done.")
    assert value(scrape(billing), waiting, service="billing", what="notices") == 0


def test_no_label_holds_an_id(system, container):
    system.call(tiny.Put, system.caller("tester"), thing=str(new_id()))
    system.announced(tiny.ThingSeen)
    allowed = {
        "service",
        "method",
        "code",
        "type",
        "outcome",
        "link",
        "pool",
        "reason",
        "kind",
        "what",
        "route",
        "status",
        "by",
        "delivery",
        "le",
    }
    for name, *labels in scrape(container):
        if name.startswith("college_"):
            assert {key for key, _ in labels} <= allowed, name
            assert not any(len(text) > 60 or text.count("-") > 3 for _, text in labels), labels


def test_the_gateway_counts_requests_by_route_and_status_not_by_address(system):
    base = start_gateway(system)
    gateway = system.containers["gateway"]
    labels = {"method": "GET", "route": "/api/v1/invoices/<number>", "status": "401"}
    strange = {"method": "other", "route": "none", "status": "405"}
    before = scrape(gateway)
    requests.get(f"{base}/api/v1/invoices/INV-0000001-X", timeout=PATIENCE_S)
    requests.request("PURGE", f"{base}/api/v1/me", timeout=PATIENCE_S)
    after = scrape(gateway)
    for which in (labels, strange):
        grown = value(after, "college_http_requests_total", **which) - value(before, "college_http_requests_total", **which)
        assert grown == 1, which
    assert value(after, "college_http_requests_under_way") == 0


def test_metrics_are_on_the_health_port_as_prometheus_reads_them(system, container):
    health = next(one for one in container.dependencies if type(one).__name__ == "Health")
    told = []
    (body,) = health._answer({"PATH_INFO": "/metrics"}, lambda status, headers: told.append((status, dict(headers))))
    assert told[0][0] == "200 OK"
    assert told[0][1]["Content-Type"].startswith("text/plain; version=")
    names = [line.split()[2] for line in body.decode().splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names))
