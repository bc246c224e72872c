"""HTTP that no well-behaved program sends: refused before anything is done, with a problem document, and the connection ends."""

import socket
import time
from contextlib import suppress
from urllib.parse import urlsplit

import orjson
import pytest
import requests

from services.contracts import identity
from tests.support.gateway_rig import StandIn, start_gateway

POST = b"POST /api/v1/accounts/activate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
GET = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n"
BODY = b'{"token":"t"}'
LENGTH = b"Content-Length: 13\r\n"
# Put behind a request whose end is not agreed on, it would be taken for the next one.
SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def base(house):
    return start_gateway(house)


@pytest.fixture
def asked(house):
    identity_service = StandIn(house, "identity", {identity.ActivateAccount: lambda token: {"application_id": "A-1"}})
    yield identity_service.asked
    identity_service.stop()


def say(base, data: bytes) -> tuple[int, dict[str, str], dict]:
    """Sends bytes and gives the one answer, which must be the last thing said on the connection."""
    with socket.create_connection((urlsplit(base).hostname, urlsplit(base).port), timeout=10) as connection:
        connection.sendall(data)
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    assert received.count(b"HTTP/1.") == 1
    status, *lines = head.decode().split("\r\n")
    return int(status.split()[1]), dict(line.split(": ", 1) for line in lines), orjson.loads(body)


@pytest.mark.parametrize(
    "request_bytes",
    [
        POST + b"Content-Length: abc\r\n\r\n" + BODY,
        POST + b"Content-Length: -1\r\n\r\n" + BODY,
        POST + b"Content-Length: +13\r\n\r\n" + BODY,
        POST + b"Content-Length: 1_3\r\n\r\n" + BODY,
        POST + b"Content-Length: 13\r\nContent-Length: 40\r\n\r\n" + BODY,
        POST + b"Content-Length: 13, 13\r\n\r\n" + BODY,
        POST + LENGTH + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
        POST + b"Transfer-Encoding: gzip\r\n\r\n" + SMUGGLED,
        POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
        POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + SMUGGLED,
        POST + b"X-Other : 1\r\n" + LENGTH + b"\r\n" + BODY,
        POST + b"no header at all\r\n" + LENGTH + b"\r\n" + BODY,
        POST + b"X-Other: 1\r\n folded\r\n" + LENGTH + b"\r\n" + BODY,
        POST + b"X-Other: a\rContent-Length: 13\r\n\r\n" + BODY,
        POST + b"Idempotency-Key: a\0b\r\n" + LENGTH + b"\r\n" + BODY,
        b"GET http://elsewhere/api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /api/v1/me nonsense HTTP/1.1\r\n\r\n",
    ],
)
def test_a_request_whose_end_or_headers_may_be_read_two_ways_is_refused_before_anything_is_done(base, asked, request_bytes):
    status, headers, document = say(base, request_bytes)
    assert (status, document["code"], document["status"]) == (400, "malformed_request", 400)
    assert headers["Content-Type"] == "application/problem+json" and headers["Connection"] == "close"
    assert headers["X-Correlation-Id"] == document["correlation_id"] and "Content-Security-Policy" in headers
    assert asked == []


@pytest.mark.parametrize(
    ("request_bytes", "status", "code"),
    [
        (b"GET /api/v1/" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414, "address_too_long"),
        (GET + b"X-Correlation-Id: " + b"a" * 10_000 + b"\r\n\r\n", 431, "headers_too_large"),
        (GET + b"X-Other: " + b"a" * 400_000 + b"\r\n\r\n", 431, "headers_too_large"),
        (GET + b"".join(b"X-%d: 1\r\n" % number for number in range(500)) + b"\r\n", 431, "headers_too_large"),
    ],
)
def test_what_is_too_long_is_refused_with_a_problem_that_the_client_gets_to_read(base, request_bytes, status, code):
    answered, headers, document = say(base, request_bytes)
    assert (answered, document["code"]) == (status, code)
    assert headers["Content-Type"] == "application/problem+json"


def test_headers_that_trickle_in_do_not_hold_the_connection(house):
    base = start_gateway(house, HTTP_SLOWEST_HEAD_S="0.5")
    began = time.monotonic()
    with socket.create_connection((urlsplit(base).hostname, urlsplit(base).port), timeout=10) as connection:
        connection.sendall(GET)
        connection.settimeout(0.1)
        received = b""
        while not received and time.monotonic() < began + 5:
            connection.sendall(b"X")
            with suppress(TimeoutError):
                received = connection.recv(65_536)
    assert received.startswith(b"HTTP/1.1 408 ") and b"body_too_slow" in received
    assert time.monotonic() - began < 3


def test_such_a_refusal_is_in_the_callers_language_and_under_their_correlation_id(base):
    request = POST + b"Accept-Language: fr\r\nX-Correlation-Id: the-callers-own\r\nContent-Length: abc\r\n\r\n"
    _, headers, document = say(base, request)
    assert document["title"] == "La requête est illisible." and document["correlation_id"] == "the-callers-own"
    assert headers["Content-Language"] == "fr"


@pytest.mark.parametrize(
    "framing", [LENGTH + b"\r\n" + BODY, b"Transfer-Encoding: Chunked\r\n\r\nd;x=1\r\n" + BODY + b"\r\n0\r\n\r\n"]
)
def test_a_sound_request_is_answered_and_the_next_one_on_the_connection_too(base, asked, framing):
    with socket.create_connection((urlsplit(base).hostname, urlsplit(base).port), timeout=10) as connection:
        for count in (1, 2):
            connection.sendall(POST + framing)
            until = time.monotonic() + 5
            received = b""
            while b"A-1" not in received and time.monotonic() < until:
                received += connection.recv(65_536)
            assert received.startswith(b"HTTP/1.1 200") and len(asked) == count


def test_a_problem_names_any_address_as_a_uri_reference(base):
    answer = requests.get(base + "/api/v1/invoices/%F0%BC%A8%86%20%5C%22%00é", timeout=10)
    assert answer.status_code == 401
    assert answer.json()["instance"] == "/api/v1/invoices/%F0%BC%A8%86%20%5C%22%00%C3%A9"


def test_the_openapi_document_tells_of_not_modified_and_of_refusals_before_any_route(base):
    document = requests.get(base + "/api/v1/openapi.json", timeout=10).json()
    form = document["paths"]["/api/v1/application-form"]["get"]
    assert {"304", "400", "414", "431"} <= form["responses"].keys()
    assert "304" not in document["paths"]["/api/v1/me"]["get"]["responses"]
    assert "409" in document["paths"]["/api/v1/staff/payments/{payment_id}/resolve"]["post"]["responses"]
    [language] = [one for one in form["parameters"] if one["name"] == "language"]
    assert "enum" not in language["schema"]
    answer = requests.get(base + "/api/v1/application-form", params={"language": "tlh"}, timeout=10)
    assert answer.status_code in {200, 503}  # never 422: it counts for nothing
