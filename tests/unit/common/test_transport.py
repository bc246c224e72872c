"""Which addresses are spoken to without TLS: none over a network, unless the operator names the host."""

import pytest

from services.common.security.transport import (
    PlaintextRefused,
    check_broker,
    check_database,
    check_http,
    mail_tls,
    plaintext_hosts,
)
from services.common.settings import Settings

NOBODY: frozenset[str] = frozenset()
NAMED = plaintext_hosts({"PLAINTEXT_HOSTS": "broker, Database"})


@pytest.mark.parametrize("uri", ["amqp://u:p@broker.example.org/v", "amqp://u:p@10.0.0.7:5672/v", "amqp://u:p@broker/v"])
def test_a_broker_over_a_network_needs_tls(uri):
    with pytest.raises(PlaintextRefused) as refused:
        check_broker(uri, NOBODY)
    assert "amqps://" in str(refused.value) and "u:p" not in str(refused.value)


@pytest.mark.parametrize(
    "uri", ["amqps://u:p@broker.example.org/v", "amqp://u:p@127.0.0.1:5672/v", "amqp://u:p@[::1]/v", "amqp://u:p@localhost/v"]
)
def test_a_broker_on_this_machine_or_over_tls_is_spoken_to(uri):
    check_broker(uri, NOBODY)


@pytest.mark.parametrize("query", ["", "?sslmode=disable", "?sslmode=prefer", "?sslmode=require"])
def test_a_database_over_a_network_must_show_a_certificate_that_is_checked(query):
    with pytest.raises(PlaintextRefused) as refused:
        check_database(f"postgresql://u:p@database.example.org/v{query}", NOBODY)
    assert "verify-full" in str(refused.value) and "u:p" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    ["postgresql://u:p@db.example.org/v?sslmode=verify-full", "postgresql://u:p@127.0.0.1:5433/v", "postgresql://u:p@/v", ""],
)
def test_a_database_on_this_machine_or_with_a_checked_certificate_is_spoken_to(address):
    check_database(address, NOBODY)


def test_what_the_operator_names_is_spoken_to_and_nothing_else():
    check_broker("amqp://u:p@broker/v", NAMED)
    check_database("postgresql://u:p@database/v", NAMED)
    for check, address in ((check_broker, "amqp://u:p@broker2/v"), (check_database, "postgresql://u:p@sub.database/v")):
        with pytest.raises(PlaintextRefused):
            check(address, NAMED)


def test_the_payment_provider_is_asked_over_https_only():
    check_http("PAYMENT_PROVIDER_URL", "https://payments.example.org", NOBODY)
    check_http("PAYMENT_PROVIDER_URL", "http://payments.localhost:8090", NOBODY)
    with pytest.raises(PlaintextRefused, match="PAYMENT_PROVIDER_URL"):
        check_http("PAYMENT_PROVIDER_URL", "http://payments.example.org", NOBODY)


@pytest.mark.parametrize(
    ("host", "port", "tls"),
    [
        ("smtp.example.org", 587, "starttls"),
        ("smtp.example.org", 25, "starttls"),
        ("smtp.example.org", 465, "implicit"),
        ("127.0.0.1", 2525, "none"),
        ("broker", 2525, "none"),
    ],
)
def test_mail_leaves_over_tls_unless_the_server_is_here_or_named(host, port, tls):
    assert mail_tls(host, port, NAMED) == tls


@pytest.mark.parametrize("name", ["AMQP_URI", "DATABASE_URL"])
def test_no_component_starts_with_an_address_that_is_refused(monkeypatch, name):
    good = {"AMQP_URI": "amqp://u:p@127.0.0.1/v", "DATABASE_URL": "postgresql://u:p@127.0.0.1/v"}
    for key, value in (good | {name: good[name].replace("127.0.0.1", "elsewhere")}).items():
        monkeypatch.setenv(key, value)
    with pytest.raises(PlaintextRefused, match=name):
        Settings.from_environment("identity")
    monkeypatch.setenv("PLAINTEXT_HOSTS", "elsewhere")
    assert Settings.from_environment("identity").plaintext_hosts == {"elsewhere"}
