"""Attackers at the public HTTP of a whole college: forged tokens, others' things, cursors made by hand, and services that are gone."""

import base64
import json
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.demo.journey.api import wait_for
from gateway.api.routes import ROUTES
from gateway.api.routing import Route
from services.contracts.roles import ADMINISTRATOR
from tests.support.waiting import PATIENCE_S

NOBODY = "00000000-0000-0000-0000-000000000000"


def cursor(content: str) -> str:
    return base64.urlsafe_b64encode(content.encode()).decode().rstrip("=")


def roles_in(token: str) -> set[str]:
    return set(jwt.decode(token, options={"verify_signature": False})["roles"])


def token_of(person) -> str:
    return person.api.session.headers["Authorization"].removeprefix("Bearer ")


def ask(college, method: str, address: str, token: str = "", **kwargs) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.request(method, college.url + address, headers=headers, timeout=PATIENCE_S, **kwargs)


def well_formed(answer: requests.Response) -> bool:
    """Whether an answer is no accident: a success, or a problem document that is not about our own failure."""
    if answer.status_code < 400:
        return True
    return answer.headers["Content-Type"] == "application/problem+json" and answer.status_code < 500


@pytest.fixture(scope="module")
def staff(college):
    return {role: college.staff(role) for role in ("registration_officer", "registrar", "billing_officer")}


@pytest.fixture(scope="module")
def people(college):
    """A registrant, an applicant who is to pay, and one who has only begun."""
    registrant, invoice = college.approved("en")
    registrant.pay(registrant.open_payment_page(invoice["number"]))
    registrant.registration()
    return {"registrant": registrant, "payer": college.approved("en")[0], "beginner": college.signed_in("en")}


@pytest.fixture(scope="module")
def things(people):
    """What belongs to the payer, by the name of the path parameter."""
    api = people["payer"].api
    document = api.get("/application/documents")["documents"][0]["id"]
    return {
        "number": api.get("/invoices")["invoices"][0]["number"],
        "document_id": document,
        "application_id": api.get("/application")["id"],
        "message_id": api.get("/messages")["messages"][0]["id"],
        "payment_id": NOBODY,
        "page": "education",
        "code": "no-such-certificate",
    }


@pytest.mark.parametrize(
    "content",
    [
        "[]",
        "{}",
        "[null]",
        "[[1]]",
        "[null,null]",
        f'["-infinity","{NOBODY}"]',
        f'["0001-01-01T00:00:00+23:59","{NOBODY}"]',
        f'["9999-12-31T23:59:59-23:59","{NOBODY}"]',
        f'["2026-11-23T00:00:00+23:59","{NOBODY}"]',
        f'[[1],[2],"{NOBODY}"]',
        f'[{{}},{{}},"{NOBODY}"]',
        f'["a\\u0000","b","{NOBODY}"]',
        "[" * 60,
    ],
)
def test_a_cursor_made_by_hand_is_a_page_or_a_clear_error(college, staff, people, content):
    for route in ROUTES:
        if "cursor" not in route.query_fields:
            continue
        asker = staff["registrar"] if "/staff/" in route.address else people["payer"]
        answer = ask(college, "GET", route.address, token_of(asker), params={"cursor": cursor(content)})
        assert well_formed(answer), f"{route.address} {answer.status_code}"


def filled(route: Route, things: dict[str, str]) -> str:
    return route.address.format_map(defaultdict(lambda: NOBODY, things))


def test_every_route_lets_in_whom_its_contract_says_and_nobody_else(college, staff, people, things):
    askers = {name: token_of(person) for name, person in {**staff, **people}.items()} | {"nobody": ""}
    roles = {
        name: set(jwt.decode(token, options={"verify_signature": False})["roles"]) for name, token in askers.items() if token
    }
    for route in ROUTES:
        access = route.contract.access
        if access.public:
            continue
        for name, token in askers.items():
            # An unknown field keeps whoever is let in from doing anything.
            body = {"json": {"surprise": 1}} if route.method in {"POST", "PUT"} else {"params": {"surprise": 1}}
            answer = ask(college, route.method, filled(route, things), token, **body)
            if not token:
                expected = answer.status_code == 401
            elif access.roles and not roles[name] & access.roles:
                expected = answer.status_code == 403
            else:
                expected = answer.status_code in {404, 415, 422, 428}
            assert expected, f"{route.method} {route.address} as {name}: {answer.status_code}"


@pytest.mark.parametrize("other", ["registrant", "beginner"])
def test_other_peoples_things_are_not_there(college, people, things, other):
    mine = ("/invoices/{number}", "/invoices/{number}/pdf", "/documents/{document_id}/content", "/messages/{message_id}")
    for path in mine:
        address = "/api/v1" + path.format(**things)
        assert ask(college, "GET", address, token_of(people["payer"])).status_code == 200
        assert ask(college, "GET", address, token_of(people[other])).status_code == 404
    document, invoice = f"/application/documents/{things['document_id']}", f"/invoices/{things['number']}/checkout"
    assert ask(college, "DELETE", "/api/v1" + document, token_of(people[other])).status_code == 404
    assert ask(college, "POST", "/api/v1" + invoice, token_of(people[other]), json={}).status_code == 404


def test_forged_and_altered_tokens_open_nothing(college, people):
    token = token_of(people["payer"])
    header, claims = jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})
    head, payload, signature = token.split(".")
    raised = claims | {"roles": ["registrar"]}
    stranger = Ed25519PrivateKey.generate()

    def part(content) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")

    forged = [
        f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(raised)}.",
        f"{part(header | {'alg': 'none'})}.{part(raised)}.{signature}",
        f"{head}.{part(raised)}.{signature}",
        f"{head}.{payload}.",
        f"{part([1])}.{payload}.{signature}",
        f"{part(header | {'kid': ['a']})}.{payload}.{signature}",
        jwt.encode(raised, stranger, "EdDSA", headers={"kid": header["kid"]}),
        jwt.encode(raised, stranger, "EdDSA", headers={"kid": "../../dev/null"}),
        jwt.encode(raised, "x" * 32, "HS256", headers={"kid": header["kid"]}),
        people["payer"].api.refresh_token,
    ]
    for one in forged:
        assert ask(college, "GET", "/api/v1/staff/payments", one).status_code == 401
        assert ask(college, "GET", "/api/v1/me", one).status_code == 401


@pytest.mark.parametrize("gone", ["identity", "applications", "registry", "billing", "qa", "correspondence"])
def test_what_needs_a_stopped_service_says_so_in_time_and_the_rest_goes_on(college, site, staff, people, things, gone):
    gateway = site.pids("gateway")
    for person in people.values():
        person.api.refresh()
    staff = {role: college.staff(role) for role in staff}  # their sessions are shared, and so are the refresh tokens of these
    tokens = [token_of(person) for person in (people["payer"], people["registrant"], *staff.values())]
    reading = [
        (
            route,
            next(token for token in tokens if not route.contract.access.roles or roles_in(token) & route.contract.access.roles),
        )
        for route in ROUTES
        if route.method == "GET"
        and not route.contract.deadline_s  # those that may take longer are waited for in vain as the others are
        and route.contract.access.roles != {ADMINISTRATOR}  # none of the sample staff is one
        and not any(route.request_fields[name].required for name in route.query_fields)  # refused before anybody is asked
    ]
    site.kill(gone)

    def read(asked: tuple[Route, str]) -> tuple[Route, requests.Response]:
        return asked[0], ask(college, "GET", filled(asked[0], things), asked[1])

    try:
        with ThreadPoolExecutor(12) as pool:
            for route, answer in pool.map(read, reading):
                if route.contract.owner != gone:
                    assert well_formed(answer), f"{route.address} {answer.status_code}"
                    continue
                assert answer.status_code == 503 and int(answer.headers["Retry-After"]) >= 1, route.address
                assert answer.headers["Content-Type"] == "application/problem+json"
    finally:
        site.start_component(gone)
    first = next(one for one in reading if one[0].contract.owner == gone and not one[0].contract.access.public)
    wait_for("the service to be back", lambda: read(first)[1].status_code < 500, every_s=0.1)
    assert site.pids("gateway") == gateway
    site.wait_ready(2 * PATIENCE_S)
