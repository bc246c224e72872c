"""Traces cross calls and events: one from the HTTP request to the mail, with nothing of a person in it."""

import pytest
import requests

from deploy.demo.journey.api import wait_for
from services.common.observability.traces import ENDPOINT
from tests.support.sites import running_site
from tests.support.trace_receiver import TraceReceiver
from tests.support.waiting import PATIENCE_S


@pytest.fixture(scope="module")
def receiver():
    receiver = TraceReceiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="module")
def traced(durable_engines, receiver):
    """A site whose processes send their traces to the receiver."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENDPOINT, receiver.url)
        patch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        patch.setenv("RATE_LIMIT_FACTOR", "1000")
        with running_site(durable_engines, "traced") as site:
            yield site


def open_account(site, email):
    body = {"email": email, "password": "a sentence that nobody guesses", "language": "fr"}
    answer = requests.post(f"{site.public_url}/api/v1/applications/start", json=body, timeout=PATIENCE_S)
    assert answer.status_code == 202
    return answer.headers["X-Correlation-Id"]


def test_one_trace_leads_from_the_request_to_the_mail(traced, receiver):
    correlation_id = open_account(traced, "zoe@people.example.org")
    (mail,) = receiver.named("mail account_activation")
    assert [(span.component, span.name) for span in [mail, *receiver.up(mail)]] == [
        ("correspondence", "mail account_activation"),
        ("correspondence", "correspondence hears AccountOpened"),
        ("identity", "identity.open_account"),
        ("gateway", "identity.open_account"),
        ("gateway", "POST /api/v1/applications/start"),
    ]
    assert {span.trace for span in [mail, *receiver.up(mail)]} == {mail.trace}
    told = {"college.delivery": "sent", "college.attempt": 1, "college.correlation_id": correlation_id}
    assert mail.attributes == told and not mail.failed
    # Whoever else hears the event does so in the same trace.
    assert {span.trace for span in receiver.named("applications hears AccountOpened")} == {mail.trace}


def test_every_request_begins_a_trace_of_its_own_whatever_it_claims(traced, receiver):
    given = f"00-{'a' * 32}-{'b' * 16}-01"
    for _ in range(2):
        requests.get(f"{traced.public_url}/api/v1/register?name=a", headers={"traceparent": given}, timeout=PATIENCE_S)
    wait_for("both spans", lambda: len(receiver.named("GET /api/v1/register")) >= 2, every_s=0.05)
    traces = {span.trace for span in receiver.named("GET /api/v1/register")}
    assert len(traces) == 2 and "a" * 32 not in traces


def test_a_refused_call_is_marked_by_its_code_alone(traced, receiver):
    answer = requests.post(
        f"{traced.public_url}/api/v1/sessions",
        json={"login": "nobody@people.example.org", "password": "wrong wrong wrong"},
        timeout=PATIENCE_S,
    )
    code = answer.json()["code"]
    assert {span.failed for span in receiver.named("identity.sign_in")} == {code}


def test_nothing_of_a_person_is_in_a_trace(traced, receiver):
    open_account(traced, "rose-marie@people.example.org")
    wait_for("her mail", lambda: len(receiver.named("mail account_activation")) >= 2, every_s=0.05)
    requests.get(f"{traced.public_url}/api/v1/register?name=Rosemonde", timeout=PATIENCE_S)
    requests.get(f"{traced.public_url}/somebody@people.example.org", timeout=PATIENCE_S)
    receiver.named("GET none")
    for secret in (b"people.example.org", b"nobody guesses", b"Rosemonde", b"127.0.0.1", b"wrong wrong"):
        assert secret not in receiver.raw
