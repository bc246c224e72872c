"""The gateway's pages and documentation over real HTTP."""

import datetime as dt

import pytest
import requests
from openapi_spec_validator import validate

from gateway.api.routes import ROUTES
from services.common.kernel.version import version
from tests.support.gateway_rig import start_gateway
from tests.support.pages.html_pages import read_page
from tests.support.waiting import PATIENCE_S

REGISTRANT = {
    "registration_number": "1234-5",
    "name": "Zoé <b>Tremblay</b>",
    "commonly_used_name": None,
    "category": "registered",
    "category_name": {"en": "Registered", "fr": "Inscrite"},
    "status": "active",
    "status_words": {"en": "In good standing", "fr": "En règle"},
    "first_registered_on": dt.date(2026, 11, 23),
    "categories": [],
    "conditions": [],
    "languages_of_care": [],
}


@pytest.fixture
def base(system):
    return start_gateway(system)


@pytest.mark.parametrize("path", ["/sign-in-help", "/api/v1/docs"])
def test_pages_are_in_the_persons_language_with_a_switch_to_the_other(base, path):
    english = read_page(requests.get(base + path), "en")
    read_page(requests.get(base + path, headers={"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.5"}), "fr")
    [switch] = [one for one in english.all("a") if one.get("lang") == "fr"]
    read_page(requests.get(base + switch["href"], headers={"Accept-Language": "en"}), "fr")


def test_a_page_says_when_a_service_is_absent(base):
    answer = requests.get(f"{base}/verify/good")
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "1"
    read_page(answer, "en")


def test_the_openapi_document_is_valid_and_names_every_route(base):
    answer = requests.get(f"{base}/api/v1/openapi.json")
    document = answer.json()
    validate(document)
    assert document["openapi"].startswith("3.1")
    operations = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert operations == {(route.method, route.address) for route in ROUTES}
    again = requests.get(f"{base}/api/v1/openapi.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_whoever_finds_a_hole_is_told_whom_to_tell_and_for_how_long_that_is_true(base):
    answer = requests.get(f"{base}/.well-known/security.txt", timeout=PATIENCE_S)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")
    told = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert told["Contact"] == "mailto:info@crpo.ca" and told["Preferred-Languages"] == "en, fr"
    left = dt.datetime.fromisoformat(told["Expires"]) - dt.datetime.now(dt.UTC)
    assert dt.timedelta(days=30) < left < dt.timedelta(days=365)
    assert told["Canonical"].endswith("/.well-known/security.txt")


def test_health_is_told_on_the_http_port_and_readiness_follows_the_broker(system, base):
    alive = {"component": "gateway", "version": version(), "ready": True, "faults": []}
    assert requests.get(f"{base}/healthz").json() == alive
    assert requests.get(f"{base}/readyz").json() == alive
    server = next(one for one in system.containers["gateway"].dependencies if one.attr_name == "http")
    server.calls.client.link.stop()
    answer = requests.get(f"{base}/readyz")
    assert answer.status_code == 503 and answer.json()["faults"] == ["no link to the broker for calls"]


def test_one_log_line_a_request_tells_the_route_and_nothing_of_the_query(base, capsys):
    requests.get(f"{base}/activate?token=s3cret", headers={"X-Correlation-Id": "walk-0001"})
    lines = [line for line in capsys.readouterr().out.splitlines() if "route=" in line]
    assert len(lines) == 1 and "s3cret" not in lines[0]
    assert "route=/activate" in lines[0] and "status=200" in lines[0] and "correlation_id=walk-0001" in lines[0]
