"""HTTP that no well-behaved program sends: refused before anything is done, with a problem document, and the connection ends."""

import socket
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
import requests

from services.contracts import identity
from tests.support.gateway_rig import StandIn, start_gateway
from tests.support.pages.raw_http import connect, say, taken_apart, until, until_closed
from tests.support.waiting import PATIENCE_S, in_patience

POST = b"POST /api/v1/accounts/activate HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
GET = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n"
BODY = b'{"token":"t"}'
LENGTH = b"Content-Length: 13\r\n"
# Put behind a request whose end is not agreed on, it would be taken for the next one.
SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def base(system):
    return start_gateway(system)


@pytest.fixture
def asked(system):
    identity_service = StandIn(system, "identity", {identity.accounts.ActivateAccount: lambda token: {"application_id": "A-1"}})
    yield identity_service.asked
    identity_service.stop()


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
        POST + b"Content-Length: 13\r\nContent-Length: 13\r\n\r\n" + BODY,
        POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
        POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
        POST + b"Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
        POST.replace(b"HTTP/1.1", b"HTTP/1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
        (POST + LENGTH).replace(b"\r\n", b"\n") + b"\n" + BODY,
        POST + b"X-Other: 1\n" + LENGTH + b"\r\n" + BODY,
        POST + LENGTH + b"X-Other: 1\r\n\n" + BODY,
        POST + b"Host: y\r\n" + LENGTH + b"\r\n" + BODY,
        POST.replace(b"Host: x\r\n", b"") + LENGTH + b"\r\n" + BODY,
        POST.replace(b"Host: x", b"Host: x/y@z") + LENGTH + b"\r\n" + BODY,
        POST + b"Content-Type: text/plain\r\n" + LENGTH + b"\r\n" + BODY,
        POST + b"Upgrade: websocket\r\nConnection: Upgrade\r\n" + LENGTH + b"\r\n" + BODY,
        POST + b": no name\r\n" + LENGTH + b"\r\n" + BODY,
        POST.replace(b"POST /", b"POST  /") + LENGTH + b"\r\n" + BODY,
        POST.replace(b"POST /", b"post /") + LENGTH + b"\r\n" + BODY,
        b"GET /healthz HTTP/0.9\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/1.2\r\nHost: x\r\n\r\n",
        b"GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n",
        b"GET /healthz\r\n",
        b"GET /healthz#part HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /a\0b HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /\xc3\xa9 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT elsewhere:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
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


def test_headers_that_trickle_in_do_not_hold_the_connection(system):
    base = start_gateway(system, HTTP_SLOWEST_HEAD_S="0.5")
    with in_patience(), connect(base) as connection:
        connection.sendall(GET)
        connection.settimeout(0.1)
        received = b""
        while not received:
            connection.sendall(b"X")
            with suppress(TimeoutError):
                received = connection.recv(65_536)
    assert received.startswith(b"HTTP/1.1 408 ") and b"body_too_slow" in received


@pytest.mark.parametrize(
    "chunks",
    [
        b"0xd\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"+d\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"0_d\r\n" + BODY + b"\r\n0\r\n\r\n",
        b" d\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"d \r\n" + BODY + b"\r\n0\r\n\r\n",
        b"-1\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"d\n" + BODY + b"\r\n0\r\n\r\n",
        b"d\r\n" + BODY + b"\n0\r\n\r\n",
        b"d\r\n" + BODY + b"0\r\n\r\n",
        b"d\r\n" + BODY + b"\r\n0\n\n",
        b"d\r\n" + BODY + b"\r\n0\r\n\n",
        b"fffffffffffffffff\r\n" + BODY,
        b"d;a\rb\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"d;a=" + b"a" * 20_000 + b"\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"0" * 20_000 + b"d\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"d\r\n" + BODY + b"\r\n0\r\nX-Other: 1\r\n\r\n",
        b"d\r\n" + BODY + b"\r\n0\r\nContent-Length: 1\r\n\r\n",
    ],
)
def test_chunks_that_may_be_read_two_ways_are_refused_before_anything_is_done(base, asked, chunks):
    status, headers, document = say(base, POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + SMUGGLED)
    assert (status, document["code"], asked) == (400, "malformed_body", [])
    assert headers["Connection"] == "close" and "Content-Security-Policy" in headers


@pytest.mark.parametrize("size", [1, 3, 13, 20_000])
def test_chunks_are_put_together_however_they_arrive(base, asked, size):
    body = b'{"token":"' + b"\r\n".join([b"t" * 50] * 3).replace(b"\r\n", b"") + b'"' + b"\r\n\r\n" * 30 + b"}"
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    said = b"".join(b"%X\r\n%b\r\n" % (len(piece), piece) for piece in [*pieces, b""])
    with connect(base) as connection:
        for _ in range(2):
            for start in range(0, len(said), 61):
                connection.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n" if not start else b"")
                connection.sendall(said[start : start + 61])
            assert b" 200 OK" in until(connection, b"A-1")
    assert [one["request"]["token"] for one in asked] == ["t" * 150] * 2


@pytest.mark.parametrize("encoding", [b"gzip", b"deflate", b"br", b"gzip, gzip"])
def test_a_compressed_body_is_not_accepted(base, asked, encoding):
    status, headers, document = say(base, POST + b"Content-Encoding: " + encoding + b"\r\n" + LENGTH + b"\r\n" + BODY)
    assert (status, document["code"], asked) == (415, "encoded_body", [])
    assert (headers["Connection"], headers["Accept-Encoding"]) == ("close", "identity")


def test_a_client_that_has_said_all_and_closed_its_half_gets_its_answer(base, asked):
    with connect(base) as connection:
        connection.sendall(POST + LENGTH + b"\r\n" + BODY)
        connection.shutdown(socket.SHUT_WR)
        assert b" 200 OK" in until_closed(connection)
    assert len(asked) == 1


@pytest.mark.parametrize("framing", [LENGTH, b"Transfer-Encoding: chunked\r\n", b"Content-Length: 6000\r\n"])
def test_a_body_that_is_cut_off_is_never_taken_for_all_of_it(base, asked, framing):
    with connect(base) as connection:
        connection.sendall(POST + framing + b"\r\n" + (b"2\r\n{}\r\n" if b"chunked" in framing else b"{}"))
        connection.shutdown(socket.SHUT_WR)
        status, _, document = taken_apart(until_closed(connection))
    assert (status, document["code"], asked) == (400, "malformed_body", [])


def test_a_header_with_an_underscore_does_not_count_as_the_one_with_a_hyphen(base, asked):
    status, _, document = say(base, GET + b"Connection: close\r\nX_Correlation_Id: somebody-elses\r\n\r\n")
    assert status == 200 and document["openapi"]
    with connect(base) as connection:
        connection.sendall(GET + b"Connection: close\r\nX_Correlation_Id: somebody-elses\r\n\r\n")
        assert b"somebody-elses" not in until_closed(connection)


def test_a_client_that_waits_for_our_word_gets_it_only_when_its_body_is_read(base, asked):
    with connect(base) as connection:
        connection.sendall(POST + LENGTH + b"Expect: 100-continue\r\n\r\n")
        assert until(connection, b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(BODY)
        assert b" 200 OK" in until(connection, b"A-1")
    status, headers, _ = say(base, POST.replace(b"accounts/activate", b"me/none") + LENGTH + b"Expect: 100-continue\r\n\r\n")
    assert status == 404 and headers["Connection"] == "close"


def test_an_offer_of_another_protocol_is_ignored(base):
    status, _, document = say(base, GET + b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n")
    assert status == 200 and document["openapi"]


def test_an_old_client_gets_one_answer_that_ends_with_the_connection(base):
    status, headers, document = say(base, GET.replace(b"HTTP/1.1\r\nHost: x", b"HTTP/1.0") + b"\r\n")
    assert status == 200 and document["openapi"] and headers["Connection"] == "close"


def test_such_a_refusal_is_in_the_callers_language_and_under_their_correlation_id(base):
    request = POST + b"Accept-Language: fr\r\nX-Correlation-Id: the-callers-own\r\nContent-Length: abc\r\n\r\n"
    _, headers, document = say(base, request)
    assert document["title"] == "La requête est illisible." and document["correlation_id"] == "the-callers-own"
    assert headers["Content-Language"] == "fr"


@pytest.mark.parametrize(
    "framing", [LENGTH + b"\r\n" + BODY, b"Transfer-Encoding: Chunked\r\n\r\nd;x=1\r\n" + BODY + b"\r\n0\r\n\r\n"]
)
def test_a_sound_request_is_answered_and_the_next_one_on_the_connection_too(base, asked, framing):
    with socket.create_connection((urlsplit(base).hostname, urlsplit(base).port), timeout=PATIENCE_S) as connection:
        for count in (1, 2):
            connection.sendall(POST + framing)
            received = b""
            while b"A-1" not in received:
                received += connection.recv(65_536)
            assert received.startswith(b"HTTP/1.1 200") and len(asked) == count


def test_a_problem_names_any_address_as_a_uri_reference(base):
    answer = requests.get(base + "/api/v1/invoices/%F0%BC%A8%86%20%5C%22%00é", timeout=PATIENCE_S)
    assert answer.status_code == 401
    assert answer.json()["instance"] == "/api/v1/invoices/%F0%BC%A8%86%20%5C%22%00%C3%A9"


def test_the_openapi_document_tells_of_not_modified_and_of_refusals_before_any_route(base):
    document = requests.get(base + "/api/v1/openapi.json", timeout=PATIENCE_S).json()
    form = document["paths"]["/api/v1/application-form"]["get"]
    assert {"304", "400", "414", "431"} <= form["responses"].keys()
    assert "304" not in document["paths"]["/api/v1/me"]["get"]["responses"]
    assert "409" in document["paths"]["/api/v1/staff/payments/{payment_id}/resolve"]["post"]["responses"]
    [language] = [one for one in form["parameters"] if one["name"] == "language"]
    assert "enum" not in language["schema"]
    answer = requests.get(base + "/api/v1/application-form", params={"language": "tlh"}, timeout=PATIENCE_S)
    assert answer.status_code in {200, 503}  # never 422: it counts for nothing
