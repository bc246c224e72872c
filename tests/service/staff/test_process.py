"""The staff tools as a real process: help, wrong usage, and a system that is not there."""

import json
import socket

import pytest

from tests.support.actors.staff_terminal import Terminal
from tests.support.waiting import PATIENCE_S


@pytest.fixture
def terminal(system):
    return Terminal(system)


def run(terminal, *arguments, **environment):
    process = terminal.process(*arguments, **environment)
    out, err = process.communicate(timeout=PATIENCE_S)
    return process.returncode, out, err


@pytest.fixture
def nowhere():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return f"amqp://person:hidden-word@127.0.0.1:{port}/college"


def test_help_needs_no_system_and_no_address(terminal):
    code, out, err = run(terminal, "--help", AMQP_URI="")
    assert (code, err) == (0, "")
    assert "resolve-payment" in out
    code, out, err = run(terminal, "approve", "--help", "--language", "fr", AMQP_URI="")
    assert (code, err) == (0, "")
    assert "Exemples" in out


def test_an_unreachable_broker_is_told_and_not_waited_for_without_end_and_without_its_password(terminal, nowhere):
    code, out, err = run(terminal, "queue", AMQP_URI=nowhere)
    assert (code, out) == (3, "")
    assert "[system_not_reachable]" in err
    assert "/college" in err
    assert "hidden-word" not in err
    assert "Traceback" not in err


def test_a_broker_that_turns_the_sign_in_away_is_not_reachable(terminal):
    uri = terminal.system.amqp_uri
    code, out, err = run(terminal, "queue", "--amqp-uri", uri.replace("amqp://", "amqp://nobody-", 1))
    assert (code, out) == (3, "")
    assert "Traceback" not in err


def test_a_service_that_is_not_there_is_told_as_json_too(terminal):
    terminal.signed_in_as("registrar")
    code, out, err = run(terminal, "queue", "--json")
    assert (code, out) == (3, "")
    assert json.loads(err)["code"] == "unavailable"


def test_a_missing_or_malformed_address_is_wrong_usage(terminal):
    for address in ("", "http://college.example", "amqp://host:not-a-port/x", "amqp://"):
        result = terminal.run("queue", "--amqp-uri", address) if address else None
        code, err = (result.exit_code, result.stderr) if result else run(terminal, "queue", AMQP_URI="")[::2]
        assert code == 2, address
        assert "AMQP_URI" in err


def test_a_broker_over_a_network_without_tls_is_not_spoken_to_and_the_way_out_is_told(terminal):
    result = terminal.run("queue", "--amqp-uri", "amqp://user:hidden-word@broker.example.org/college")
    assert result.exit_code == 2
    assert "amqps" in result.stderr and "PLAINTEXT_HOSTS" in result.stderr and "hidden-word" not in result.stderr


def test_output_goes_to_standard_output_and_nothing_else_does(terminal):
    terminal.system.start("applications")
    terminal.signed_in_as("registrar")
    code, out, err = run(terminal, "queue", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["applications"] == []
