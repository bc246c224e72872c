"""The client of the payment provider goes where the operator says and nowhere else: no redirect is followed, no proxy taken on the way."""

import eventlet
import eventlet.wsgi
import pytest

from services.billing.provider import HttpPaymentProvider, Order
from services.contracts.billing.payments import ProviderUnavailable

ORDER = Order(10_000, "CAD", "INV-1", "Fee", "en", "https://college.test/paid", "https://college.test/back")


@pytest.fixture
def served():
    """Starts web servers; gives the address of one, and what it was asked."""
    started = []

    def start(status, headers=()):
        listener, asked = eventlet.listen(("127.0.0.1", 0)), []

        def answer(environ, start_response):
            asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
            start_response(status, [("Content-Length", "2"), ("Content-Type", "application/json"), *headers])
            return [b"{}"]

        started.append(eventlet.spawn(eventlet.wsgi.server, listener, answer, log_output=False))
        return f"http://127.0.0.1:{listener.getsockname()[1]}", asked

    yield start
    for server in started:
        server.kill()


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"])
def test_no_redirect_is_followed(served, status):
    elsewhere, asked_elsewhere = served("200 OK")
    address, asked = served(status, [("Location", f"{elsewhere}/v1/checkouts")])
    provider = HttpPaymentProvider(address, "key")
    for ask in (lambda: provider.open(ORDER, "once"), lambda: provider.find("c-1")):
        with pytest.raises(ProviderUnavailable):
            ask()
    assert asked == ["POST /v1/checkouts", "GET /v1/checkouts/c-1"]
    assert asked_elsewhere == []


def test_a_proxy_in_the_environment_gets_nothing(served, monkeypatch):
    proxy, asked_proxy = served("200 OK")
    address, asked = served("404 Not Found")
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy)
    assert HttpPaymentProvider(address, "key").find("c-1") is None
    assert (asked, asked_proxy) == (["GET /v1/checkouts/c-1"], [])
