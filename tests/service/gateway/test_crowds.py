"""Clients that take their time, or all of it: everybody else is served as if they were not there."""

import socket
from contextlib import ExitStack

import eventlet
import pytest
import requests
from prometheus_client import REGISTRY

from services.common.kernel.ids import new_id
from services.contracts import identity
from services.contracts.applications import applicant
from services.contracts.roles import APPLICANT
from tests.support.gateway_rig import StandIn, bearer, start_gateway
from tests.support.pages.raw_http import connect, has_ended, taken_apart, until, until_closed
from tests.support.samples.sample_files import PDF
from tests.support.waiting import PATIENCE_S

# The second takes bodies of over 100 kB, the first of 6 kB: it is refused at once where more is announced.
ACTIVATE, LARGE = (
    f"POST /api/v1/{path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    for path in ("accounts/activate", "access-requests")
)
BODY, SMALL = b'{"token":"t"}', 6_000
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


def begun(length: int = len(BODY), client: str = "") -> bytes:
    """A request whose body is still to come."""
    forwarded = f"X-Forwarded-For: {client}\r\n" if client else ""
    start = ACTIVATE if length < SMALL else LARGE
    return f"{start}{forwarded}Content-Length: {length}\r\n\r\n".encode()


def begin_for_sure(connection, length: int) -> None:
    """Begins a request, and comes back when the gateway waits for its body."""
    connection.sendall(f"{LARGE}Expect: 100-continue\r\nContent-Length: {length}\r\n\r\n".encode())
    until(connection, b" 100 Continue")


@pytest.fixture
def crowd():
    """Opens connections, and closes them in the end."""
    with ExitStack() as opened:
        yield lambda base, count: [opened.enter_context(connect(base)) for _ in range(count)]


@pytest.fixture
def asked(system):
    identity_service = StandIn(system, "identity", {identity.accounts.ActivateAccount: lambda token: {"application_id": "A-1"}})
    yield identity_service.asked
    identity_service.stop()


def open_connections() -> float | None:
    return REGISTRY.get_sample_value("college_http_connections")


def wait_for(holds) -> None:
    with eventlet.Timeout(15):
        while not holds():
            eventlet.sleep(0.05)


def test_bodies_that_trickle_take_no_place_among_the_requests_under_way(system, asked, crowd):
    base = start_gateway(system, HTTP_MOST_REQUESTS="2", HTTP_MOST_BODIES_OF_ONE="100")
    slow = crowd(base, 30)
    for one in slow:
        one.sendall(begun() + BODY[:1])
    for one in slow:
        one.sendall(BODY[1:2])
    answer = requests.post(f"{base}/api/v1/accounts/activate", json={"token": "t"}, timeout=PATIENCE_S)
    assert answer.status_code == 200 and len(asked) == 1
    slow[0].sendall(BODY[2:])
    assert b" 200 OK" in until(slow[0], b"A-1")


@pytest.mark.parametrize("large", [True, False])
def test_one_client_has_few_slow_bodies_and_others_have_their_own(system, crowd, large):
    base = start_gateway(system, HTTP_MOST_BODIES_OF_ONE="2", TRUST_FORWARDED_FOR="1", HTTP_SLOWEST_BYTES_S="0.01")
    length = 130_000 if large else 100
    clients = ["2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:1:1::3", "2001:db8:0:2::1", "10.0.0.1"]
    connections = crowd(base, len(clients))
    for one, client in zip(connections, clients, strict=True):
        one.sendall(begun(length, f"10.0.0.9, {client}"))
    wait_for(lambda: any(has_ended(one) for one in connections[:3]))
    assert [has_ended(one) for one in connections[3:]] == [False, False]
    assert [has_ended(one) for one in connections[:3]].count(True) == 1


def test_who_has_too_many_slow_bodies_is_told_when_to_come_back(system, crowd):
    base = start_gateway(system, HTTP_MOST_BODIES_OF_ONE="1", HTTP_SLOWEST_BYTES_S="0.01")
    first, second = crowd(base, 2)
    begin_for_sure(first, 130_000)
    second.sendall(begun(130_000))
    status, headers, document = taken_apart(until_closed(second))
    assert (status, document["code"]) == (429, "too_many_requests") and int(headers["Retry-After"]) >= 1
    assert "Content-Security-Policy" in headers and headers["Connection"] == "close"


def test_when_all_places_for_slow_bodies_are_taken_the_slowest_gives_way(system, crowd):
    base = start_gateway(system, HTTP_MOST_REQUESTS="4", HTTP_MOST_BODIES_OF_ONE="1", TRUST_FORWARDED_FOR="1")
    slowest, slow = crowd(base, 2)
    slowest.sendall(begun(60_000, "10.0.0.1"))
    slow.sendall(begun(60_000, "10.0.0.2") + b" " * 5_000)

    def another_comes() -> bool:
        numbers.append(len(numbers))
        [another] = crowd(base, 1)
        another.sendall(begun(60_000, f"10.0.1.{numbers[-1]}"))
        return has_ended(slowest)

    numbers: list[int] = []
    wait_for(another_comes)
    assert not has_ended(slow)


def test_a_body_must_keep_up_a_rate_and_not_only_come_byte_by_byte(system, asked, crowd):
    base = start_gateway(system, HTTP_GRACE_S="0.5", HTTP_SLOWEST_BYTES_S="100")
    [connection] = crowd(base, 1)
    connection.sendall(begun(SMALL - 1))
    sent = 0
    while not has_ended(connection) and sent < 500:
        connection.sendall(b" ")
        sent += 1
        eventlet.sleep(0.02)
    assert sent < 500 and asked == []


def test_a_body_that_keeps_up_the_rate_may_take_longer_than_the_grace(system, asked, crowd):
    base = start_gateway(system, HTTP_GRACE_S="0.5", HTTP_SLOWEST_BYTES_S="100")
    [connection] = crowd(base, 1)
    connection.sendall(begun(1_200 + len(BODY)))
    for _ in range(30):
        connection.sendall(b" " * 40)
        eventlet.sleep(0.1)
    connection.sendall(BODY)
    assert b" 200 OK" in until(connection, b"A-1")


def test_a_large_body_that_stops_is_given_up(system, asked, crowd):
    base = start_gateway(system, HTTP_STALLED_S="0.5")
    [connection] = crowd(base, 1)
    connection.sendall(begun(130_000) + b" " * 120_000)
    status, _, document = taken_apart(until_closed(connection))
    assert (status, document["code"], asked) == (408, "body_too_slow", [])


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHo"])
def test_the_oldest_idle_connection_makes_room_for_a_newcomer(system, crowd, said):
    base = start_gateway(system, HTTP_MOST_CONNECTIONS="8")
    idle = []
    for _ in range(20):
        [one] = crowd(base, 1)
        one.sendall(said)
        idle.append(one)
    answer = requests.get(f"{base}/healthz", timeout=5)
    assert answer.status_code == 200
    wait_for(lambda: has_ended(idle[0]))
    assert [has_ended(one) for one in idle[:12]] == [True] * 12
    assert [has_ended(one) for one in idle[-5:]] == [False] * 5


def test_one_address_has_its_share_of_connections_and_its_own_idle_ones_make_room(system, crowd):
    base = start_gateway(system, HTTP_MOST_CONNECTIONS_OF_ONE="4")
    idle = crowd(base, 6)
    assert requests.get(f"{base}/healthz", timeout=5).status_code == 200
    wait_for(lambda: has_ended(idle[2]))
    assert not has_ended(idle[-1])


def test_one_address_whose_connections_are_all_busy_gets_no_further_one(system, crowd):
    base = start_gateway(system, HTTP_MOST_CONNECTIONS_OF_ONE="3", HTTP_SLOWEST_BYTES_S="0.01")
    for one in crowd(base, 3):
        begin_for_sure(one, 60_000)
    refused = requests.get(f"{base}/healthz", timeout=5)  # none of the three has been waited for long enough to give way
    assert (refused.status_code, refused.json()["code"]) == (503, "busy")
    assert "Content-Security-Policy" in refused.headers


def test_a_client_that_never_reads_its_answers_is_cut_off(system, crowd):
    base = start_gateway(system, HTTP_STALLED_S="0.5")
    # The document is made when it is first asked for, which keeps everybody waiting for about as long as a client may stall.
    requests.get(f"{base}/api/v1/openapi.json", headers={"Connection": "close"}, timeout=30)
    wait_for(lambda: open_connections() == 0)
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", int(base.rpartition(":")[2])))
        deaf.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 50)
        wait_for(lambda: open_connections() == 1)
        wait_for(lambda: open_connections() == 0)


def test_a_connection_that_pipelines_lets_others_come_in_between(system, crowd):
    base = start_gateway(system)
    greedy, modest = crowd(base, 2)
    for one in (greedy, modest):  # both are accepted
        one.sendall(HEALTH)
        until(one, b"gateway")
    greedy.sendall(HEALTH * 300)
    modest.sendall(HEALTH)
    until(modest, b"gateway")
    greedy.setblocking(False)
    answered = greedy.recv(10_000_000).count(b"HTTP/1.1 200")
    assert answered < 100
    greedy.settimeout(10)
    while answered < 300:
        answered += until(greedy, b"HTTP/1.1 200").count(b"HTTP/1.1 200")
    assert answered == 300


def test_nobody_has_many_uploads_under_way_at_once(system, crowd):
    from services.common.kernel.clock import now

    stored = {"id": new_id(), "state": "received", "refusal_reason": None, "from_whom": "applicant", "received_at": now()}
    stand_in = StandIn(system, "applications", {applicant.RecordDocument: lambda **request: {**stored, **request}})
    base = start_gateway(system, HTTP_MOST_UPLOADS_OF_ONE="1")
    mine, anothers = bearer(system, APPLICANT), bearer(system, APPLICANT)
    head = (
        f"POST /api/v1/application/documents HTTP/1.1\r\nHost: x\r\nAuthorization: {mine['Authorization']}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 900000\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-'
    )
    [slow] = crowd(base, 1)
    slow.sendall(head.encode())
    wait_for(lambda: REGISTRY.get_sample_value("college_http_requests_under_way") == 1)

    def upload(headers):
        files = {"file": ("a.pdf", PDF, "application/pdf")}
        return requests.post(
            f"{base}/api/v1/application/documents",
            data={"requirement": "transcript"},
            files=files,
            headers=headers,
            timeout=PATIENCE_S,
        )

    refused = upload(mine)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert upload(anothers).status_code == 201
    slow.close()
    wait_for(lambda: upload(mine).status_code == 201)
    stand_in.stop()
