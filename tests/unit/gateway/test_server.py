"""The server by itself, with applications that break their word: its clients get headers, whole bodies or a cut connection."""

import errno
import http.client
import socket

import eventlet
import pytest

from gateway.http.errors import BodyTooSlow, TooManyRequests
from gateway.server.places import client_of, share_of
from gateway.server.refusals import refusal
from gateway.server.server import Server
from gateway.settings import GatewaySettings
from services.common.kernel.text import unbroken
from tests.support.pages.raw_http import connect, has_ended, say, taken_apart, until, until_closed
from tests.unit.gateway.in_process import SETTINGS

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def boom():
    raise ZeroDivisionError


def raising(environ, start_response):
    raise ZeroDivisionError


def raising_after_start(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return (boom() for _ in range(1))


def with_two_lines_in_a_header(environ, start_response):
    start_response("200 OK", [("Location", "/\r\nSet-Cookie: a=b"), ("Content-Length", "0")])
    return []


def with_a_header_that_no_line_can_hold(environ, start_response):
    start_response("200 OK", [("X-Name", "\ud800"), ("Content-Length", "0")])
    return []


def halfway(headers):
    def application(environ, start_response):
        start_response("200 OK", headers)
        yield b"the first half, "
        boom()

    return application


def shorter_than_announced(environ, start_response):
    start_response("200 OK", [("Content-Length", "100")])
    return [b"too short"]


@pytest.fixture
def serve():
    servers = []

    def start(application, **settings) -> tuple[Server, str]:
        server = Server(
            application, GatewaySettings("127.0.0.1", 0, "https://college.test", 5.0, 5.0, behind_tls=True, **settings)
        )
        server.start()
        servers.append(server)
        return server, f"http://127.0.0.1:{server.port}"

    yield start
    for server in servers:
        server.kill()


@pytest.mark.parametrize(
    "application",
    [raising, raising_after_start, with_two_lines_in_a_header, with_a_header_that_no_line_can_hold],
)
def test_an_answer_that_cannot_be_begun_is_a_problem_with_all_security_headers(serve, application):
    _, base = serve(application)
    with connect(base) as connection:
        connection.sendall(GET)
        status, headers, document = taken_apart(until_closed(connection))
    assert (status, document["code"]) == (500, "internal_error_at_the_edge")
    assert {"Content-Security-Policy", "X-Content-Type-Options", "Strict-Transport-Security"} <= headers.keys()
    assert headers["X-Correlation-Id"] == document["correlation_id"] and "Set-Cookie" not in headers


@pytest.mark.parametrize(
    "application", [halfway([]), halfway([("Content-Length", "100")]), shorter_than_announced], ids=["chunks", "length", "short"]
)
def test_a_client_sees_that_an_answer_is_not_whole(serve, application):
    _, base = serve(application)
    client = http.client.HTTPConnection(base.removeprefix("http://"), timeout=10)
    client.request("GET", "/")
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        client.getresponse().read()


def test_an_old_client_sees_a_reset_where_the_end_of_the_connection_would_be_that_of_the_body(serve):
    _, base = serve(halfway([]))
    with connect(base) as connection:
        connection.sendall(GET.replace(b"1.1", b"1.0"))
        with eventlet.Timeout(10):
            while connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) != errno.ECONNRESET:
                eventlet.sleep(0.02)


def test_a_body_without_a_length_goes_in_chunks_and_the_connection_stays(serve):
    def application(environ, start_response):
        start_response("200 OK", [])
        yield b""
        yield b"one"
        yield b""
        yield b"two"

    _, base = serve(application)
    client = http.client.HTTPConnection(base.removeprefix("http://"), timeout=10)
    for _ in range(2):
        client.request("GET", "/")
        assert client.getresponse().read() == b"onetwo"


def test_the_answer_to_head_has_no_body(serve):
    def application(environ, start_response):
        start_response("200 OK", [("Content-Length", "5")])
        return [b"hello"]

    _, base = serve(application)
    with connect(base) as connection:
        connection.sendall(GET.replace(b"GET", b"HEAD") + GET)
        received = until(connection, b"hello")
    assert received.count(b"HTTP/1.1 200 OK") == 2 and received.count(b"hello") == 1


def test_what_a_download_holds_is_bounded_by_what_its_client_takes(serve):
    given = []

    def application(environ, start_response):
        start_response("200 OK", [])
        for number in range(1_000):
            given.append(number)
            yield b"x" * 65_536

    _, base = serve(application, socket_timeout_s=0.5)
    with connect(base) as deaf:
        deaf.sendall(GET)
        with eventlet.Timeout(15):
            while not given or not has_been_reset(deaf):
                eventlet.sleep(0.05)
    assert len(given) < 500


def has_been_reset(connection) -> bool:
    try:
        connection.send(b" ")
    except ConnectionError:
        return True
    return False


def test_stopping_ends_idle_connections_at_once_and_lets_an_answer_be_finished(serve):
    asked, going_on = eventlet.event.Event(), eventlet.event.Event()

    def application(environ, start_response):
        asked.send()
        going_on.wait()
        start_response("200 OK", [("Content-Length", "4")])
        return [b"done"]

    server, base = serve(application)
    with connect(base) as idle, connect(base) as busy:
        busy.sendall(GET)
        asked.wait()
        server.stop_taking()
        assert not server.all_answered(0.1) and has_ended(idle) and not has_ended(busy)
        going_on.send()
        received = until_closed(busy)
        assert received.endswith(b"done") and b"Connection: close" in received
        assert server.all_answered(10)
        with pytest.raises(ConnectionRefusedError):
            connect(base)


def test_a_client_is_an_ipv4_address_or_a_whole_64_of_ipv6():
    assert share_of("2001:db8:1:2::3") == share_of("2001:db8:1:2:ffff::9") != share_of("2001:db8:1:3::3")
    assert share_of("::ffff:10.0.0.1") == share_of("10.0.0.1") != share_of("10.0.0.2")
    assert share_of("nonsense") == "nonsense"


def test_the_client_is_whom_a_trusted_proxy_names():
    environ = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "1.1.1.1, 2.2.2.2"}
    assert client_of(environ, trust_forwarded=True) == "2.2.2.2"
    assert client_of(environ, trust_forwarded=False) == client_of({"REMOTE_ADDR": "10.0.0.1"}, trust_forwarded=True) == "10.0.0.1"


@pytest.mark.parametrize("error", [BodyTooSlow(), TooManyRequests(retry_after_s=2)], ids=lambda error: error.code)
def test_what_the_server_refuses_itself_is_a_page_in_the_readers_language_to_a_browser_at_a_page(error):
    browser = {"HTTP_ACCEPT": "text/html,*/*;q=0.8", "HTTP_COOKIE": "__Host-college-language=fr", "HTTP_ACCEPT_LANGUAGE": "en"}
    refused = refusal(error, {"PATH_INFO": "/application/documents", **browser}, SETTINGS)
    headers, page = dict(refused.headers), refused.body.decode()
    assert headers["Content-Type"] == "text/html; charset=utf-8" and headers["Content-Language"] == "fr"
    assert "'none'" in headers["Content-Security-Policy"] and headers["X-Correlation-Id"] in page
    assert refused.status.startswith(str(error.status)) and '<html lang="fr">' in page
    assert unbroken(error.say("fr")) in page
    assert ("Retry-After" in headers) is (error.status == 429)


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/api/v1/application/documents", "text/html"),
        ("/session", "text/html"),
        ("/application/documents", "application/json"),
        ("", ""),
    ],
)
def test_what_the_server_refuses_itself_is_a_problem_to_everybody_else(path, accept):
    refused = refusal(BodyTooSlow(), {"PATH_INFO": path, "HTTP_ACCEPT": accept}, SETTINGS)
    assert dict(refused.headers)["Content-Type"] == "application/problem+json" and b"body_too_slow" in refused.body


def test_a_method_that_nobody_knows_is_told_so_and_the_connection_ends(serve):
    _, base = serve(raising)
    status, headers, document = say(base, b"BREW /register HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (status, document["code"], headers["Connection"]) == (501, "unknown_method", "close")
