"""Every answer has its security headers and is in the person's language, also one that failed; every address is one of ours."""

import base64
import re

import orjson
import pytest
from structlog.testing import capture_logs

from gateway.http.downloads import Chunks
from gateway.http.responses import Response
from gateway.http.security_headers import API_POLICY, PAGE_POLICY, security_headers
from gateway.portal.kit import page
from services.contracts.registry import LookUpRegistrant
from tests.unit.gateway.in_process import SAME_ORIGIN, application, client

FRENCH = {**SAME_ORIGIN, "Accept-Language": "fr"}


@pytest.fixture(autouse=True)
def logged():
    """The lines of the log, which are not written."""
    with capture_logs() as lines:
        yield lines


class Gone(Exception):
    """Something that nobody foresaw."""


def fails(*_given, **_named):
    raise Gone("with a secret")


def held(answer, policy):
    for header in security_headers(policy, behind_tls=True):
        assert header in list(answer.headers), header
    assert answer.headers["X-Correlation-Id"] and "secret" not in answer.text


def in_french(answer):
    assert answer.status_code == 500 and answer.headers["Content-Language"] == "fr"
    assert "Une erreur s’est produite de notre côté" in answer.text
    if answer.mimetype == "text/html":
        assert '<html lang="fr"' in answer.text and answer.headers["X-Correlation-Id"] in answer.text
    else:
        assert answer.json["code"] == "internal_error_at_the_edge"


def test_what_nobody_foresaw_is_told_as_every_refusal_is(tmp_path):
    ask = client(tmp_path, {LookUpRegistrant: Gone("with a secret")})
    told, shown = ask.get("/api/v1/register/1", headers=FRENCH), ask.get("/register/1", headers=FRENCH)
    held(told, API_POLICY), held(shown, PAGE_POLICY)
    in_french(told), in_french(shown)


def test_also_when_the_page_that_says_so_cannot_be_made(tmp_path, monkeypatch, logged):
    monkeypatch.setattr(page, "templates", fails)
    for path in ("/", "/nowhere", "/register", "/sign-in"):
        shown = client(tmp_path).get(path, headers=FRENCH)
        held(shown, PAGE_POLICY)
        in_french(shown)
    assert [line["event"] for line in logged if line["log_level"] == "error"].count("unanswered") == 4


def test_also_when_a_refusal_brings_a_header_that_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "gateway.http.problems.headers_of", lambda *_: [("Retry-After", "1\r\nSet-Cookie: a=b"), ("Content-Language", "fr")]
    )
    told = client(tmp_path).get("/api/v1/nowhere", headers=FRENCH)
    held(told, API_POLICY)
    in_french(told)
    assert "Retry-After" not in told.headers


def test_also_when_what_tells_readiness_fails(tmp_path):
    app = application(tmp_path)
    app._faults = fails
    answered = []
    list(app({"REQUEST_METHOD": "GET", "PATH_INFO": "/readyz"}, lambda *given: answered.append(given)))
    [(status, headers)] = answered
    assert status.startswith("500") and {*security_headers(PAGE_POLICY, True)} <= {*headers}


@pytest.mark.parametrize(
    "header", [("Location", "/a\r\nSet-Cookie: a=b"), ("X-A", "a\nb"), ("X-\r\n", "a"), ("X-A", "é"), ("X-A", "\0")]
)
def test_a_header_never_ends_its_line(tmp_path, monkeypatch, header):
    monkeypatch.setattr("gateway.portal.public.home.render", lambda *_: Response(303, [], [header]))
    monkeypatch.setattr("gateway.api.handlers.of_bytes", lambda *_: Response(200, [], [header]))
    shown = client(tmp_path).get("/", headers=FRENCH)
    held(shown, PAGE_POLICY)
    in_french(shown)
    assert "Location" not in shown.headers and "Set-Cookie" not in shown.headers


class Broken:
    """A file on a disk that fails."""

    closed = False

    def read(self, _size):
        raise OSError("with a secret")

    def close(self):
        self.closed = True


def test_also_when_a_file_fails_as_it_begins_to_be_sent(tmp_path, monkeypatch):
    file = Broken()
    monkeypatch.setattr("gateway.portal.public.home.render", lambda *_: Response(200, Chunks(file), [("Content-Length", "7")]))
    shown = client(tmp_path).get("/", headers=FRENCH)
    held(shown, PAGE_POLICY)
    in_french(shown)
    assert file.closed


# ---- addresses -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "right"),
    [
        ("/register/", "/register"),
        ("/sign-in/?next=/fees&a=%C3%A9&a=2", "/sign-in?next=/fees&a=%C3%A9&a=2"),
        ("/register///", "/register"),
        ("/api/v1/register/?name=a+b", "/api/v1/register?name=a+b"),
        ("/register/%C3%A9 x/", "/register/%C3%A9%20x"),
        ("/register/?%0d%0aSet-Cookie:a=b", "/register?%0d%0aSet-Cookie:a=b"),
    ],
)
def test_an_address_with_a_slash_too_many_leads_to_the_right_one(tmp_path, asked, right):
    moved = client(tmp_path).get(asked)
    assert (moved.status_code, moved.headers["Location"]) == (301, right)
    held(moved, API_POLICY)
    assert client(tmp_path).head(asked).status_code == 301


@pytest.mark.parametrize("asked", ["/sign-in/", "/session/", "/api/v1/oauth/token/"])
def test_what_is_posted_there_is_posted_again_and_not_lost(tmp_path, asked):
    moved = client(tmp_path).post(asked, data={"login": "x"}, headers=SAME_ORIGIN)
    assert (moved.status_code, moved.headers["Location"]) == (308, asked.rstrip("/"))


def test_another_method_is_refused_at_the_right_address(tmp_path):
    moved = client(tmp_path).delete("/register/")
    assert moved.status_code == 308
    assert client(tmp_path).delete(moved.headers["Location"]).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/",
        "//evil.example",
        "///evil.example/%2e%2e/",
        "/\\evil.example/",
        "//evil.example//register/",
        "/nowhere/",
    ],
)
def test_no_address_leads_to_another_host(tmp_path, path):
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "a=1", "HTTP_ACCEPT_LANGUAGE": "en"}
    answered = []
    shown = b"".join(application(tmp_path)(environ, lambda *given: answered.append(given)))
    [(status, headers)] = answered
    assert status.startswith("404") and "Location" not in dict(headers)
    assert b'href="//' not in shown and b'href="/\\' not in shown


def test_where_signing_in_leads_back_to_is_of_our_own_host(tmp_path):
    app = application(tmp_path)
    answered = []
    list(
        app(
            {"REQUEST_METHOD": "GET", "PATH_INFO": "/security", "QUERY_STRING": "path=//evil.example"},
            lambda *given: answered.append(given),
        )
    )
    [(status, headers)] = answered
    assert status.startswith("303") and dict(headers)["Location"] == "/sign-in?next=%2Fsecurity%3Fpath%3D%252F%252Fevil.example"


# ---- what a browser brings back ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "made", [["%(a)c", {"a": 1_114_112}], ["%(a)08000d", {"a": 1}], ["%(a)s"], [1, 2], {}, "x", [["a"], [1]]]
)
def test_a_cookie_that_somebody_made_says_nothing_and_breaks_nothing(tmp_path, made):
    cookie = base64.urlsafe_b64encode(orjson.dumps(made)).decode()
    shown = client(tmp_path).get("/signed-out", headers={"Cookie": f"__Host-college-flash={cookie}", "Accept-Language": "en"})
    held(shown, PAGE_POLICY)
    assert shown.status_code == 200 and len(shown.text) < 8000
    assert not re.search("govuk-notification-banner|portal-done", shown.text)
