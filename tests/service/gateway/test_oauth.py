"""The token endpoint for programs (RFC 6749) with the real identity service, and what a token opens at the real registry."""

import base64

import pytest
import requests

from services.contracts import identity
from services.contracts.roles import REGISTER_READ
from tests.support.actors.registry_journey import register_someone, start_registry
from tests.support.gateway_rig import bearer, start_gateway
from tests.support.waiting import PATIENCE_S

GRANT = {"grant_type": "client_credentials"}


@pytest.fixture
def office(system):
    """Identity behind a gateway, with a program of a hospital."""
    system.start("identity")
    system.base = start_gateway(system) + "/api/v1"
    system.program = system.call(
        identity.programs.RegisterProgram, system.caller("administrator"), name="Sunnybrook", scopes=[REGISTER_READ]
    )
    return system


def credentials(system):
    return {name: system.program[name] for name in ("client_id", "client_secret")}


def basic(client_id, client_secret):
    return {"Authorization": "Basic " + base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()}


def ask(system, form, headers=None):
    return requests.post(f"{system.base}/oauth/token", data=form, headers=headers, timeout=PATIENCE_S)


def refused(answer, status, error):
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json()) == {"error", "error_description"}
    assert answer.json()["error_description"].isascii() and '"' not in answer.json()["error_description"]
    return True


def test_credentials_in_the_form_or_by_basic_give_a_token(office):
    for answer in (
        ask(office, GRANT | credentials(office)),
        ask(office, GRANT | {"scope": REGISTER_READ}, basic(**credentials(office))),
        ask(office, GRANT | {"client_id": office.program["client_id"]}, basic(**credentials(office))),
        ask(office, GRANT | {"scope": "", "resource": "ignored"}, basic(**credentials(office))),
    ):
        assert answer.status_code == 200, answer.text
        assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("application/json", "no-store")
        given = answer.json()
        assert {name: given[name] for name in given if name != "access_token"} == {
            "token_type": "Bearer",
            "expires_in": 600,
            "scope": REGISTER_READ,
        }
        assert office.keys.verifier.claims(given["access_token"])["client_id"] == office.program["client_id"]


def test_credentials_are_decoded_as_a_form_before_they_are_compared(office):
    client_id, client_secret = credentials(office).values()
    written = "".join(f"%{ord(one):02X}" for one in client_secret)
    assert ask(office, GRANT, basic(client_id, written)).status_code == 200


def test_wrong_or_missing_credentials_are_answered_with_401_and_how_to_give_them(office):
    client_id = office.program["client_id"]
    wrong = [
        ask(office, GRANT | {"client_id": client_id, "client_secret": "x" * 43}),
        ask(office, GRANT, basic("prg_nobody", office.program["client_secret"])),
        ask(office, GRANT),
        ask(office, GRANT | {"client_id": client_id}),
        ask(office, GRANT | credentials(office), {"Authorization": "Bearer something"}),
        ask(office, GRANT, {"Authorization": "Basic not-base64!"}),
        ask(office, GRANT, {"Authorization": "Basic " + base64.b64encode(b"no colon").decode()}),
        ask(office, GRANT, {"Authorization": "Basic " + base64.b64encode(b"\xff\xfe:x").decode()}),
    ]
    for answer in wrong:
        assert refused(answer, 401, "invalid_client")
        assert answer.headers["WWW-Authenticate"].startswith('Basic realm="college"')
    assert wrong[0].json() == wrong[1].json()  # whether the program is known is not told


def test_what_is_not_the_form_of_the_standard_is_an_invalid_request(office):
    given = credentials(office)
    wrong = [
        ask(office, given),
        ask(office, {**given, "grant_type": ""}),
        requests.post(f"{office.base}/oauth/token", json=GRANT | given, timeout=PATIENCE_S),
        requests.post(f"{office.base}/oauth/token?grant_type=client_credentials", timeout=PATIENCE_S),
        ask(office, [*GRANT.items(), *given.items(), ("client_id", "prg_other")]),
        ask(office, GRANT | given, basic(**given)),
        ask(office, GRANT | {"client_id": "prg_other"}, basic(**given)),
        ask(office, GRANT | {**given, "client_secret": "x" * 500}),
        ask(office, GRANT | {**given, "client_id": "prg_\0"}),
        ask(office, b"grant_type=%ff%fe", {"Content-Type": "application/x-www-form-urlencoded"}),
        ask(office, [(f"field{number}", "x") for number in range(50)]),
    ]
    assert all(refused(answer, 400, "invalid_request") for answer in wrong)


def test_another_grant_and_a_scope_that_was_not_given_are_named_as_such(office):
    assert refused(ask(office, {"grant_type": "password"} | credentials(office)), 400, "unsupported_grant_type")
    assert refused(ask(office, GRANT | credentials(office) | {"scope": "accounts:read"}), 400, "invalid_scope")


def test_what_the_standard_has_no_word_for_is_a_problem_document(office):
    too_large = ask(office, GRANT | credentials(office) | {"scope": "x" * 20_000})
    assert (too_large.status_code, too_large.json()["code"]) == (413, "body_too_large")
    office.stop("identity")
    away = ask(office, GRANT | credentials(office))
    assert (away.status_code, away.headers["Content-Type"]) == (503, "application/problem+json")


def test_a_former_secret_works_over_http_too_and_a_revoked_program_gets_nothing(office):
    boss = office.caller("administrator")
    former = credentials(office)
    office.program = office.call(identity.programs.RenewProgramSecret, boss, program_id=office.program["id"])
    assert ask(office, GRANT | former).status_code == ask(office, GRANT | credentials(office)).status_code == 200
    office.call(identity.programs.RevokeProgram, boss, program_id=office.program["id"], note="over")
    assert refused(ask(office, GRANT | credentials(office)), 401, "invalid_client")


def test_requests_for_tokens_are_limited_by_address(system):
    base = start_gateway(system, RATE_LIMIT_FACTOR="0.1") + "/api/v1"
    for number in range(40):  # noqa: B007
        answer = requests.post(f"{base}/oauth/token", data={"grant_type": "password"}, timeout=PATIENCE_S)
        if answer.status_code == 429:
            break
        assert refused(answer, 400, "unsupported_grant_type")
    assert number >= 3
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert "Retry-After" in answer.headers


def test_a_program_sees_a_lasting_identifier_on_the_register_and_staff_whose_account_it_is(office):
    start_registry(office)
    application, fact = register_someone(office)
    token = ask(office, GRANT | credentials(office)).json()["access_token"]

    def look_up(headers):
        answer = requests.get(f"{office.base}/register/{fact.data['registration_number']}", headers=headers, timeout=PATIENCE_S)
        assert answer.status_code == 200, answer.text
        return answer.json()

    public, program, staff = look_up({}), look_up({"Authorization": f"Bearer {token}"}), look_up(bearer(office, "support"))
    assert program.keys() - public.keys() == {"registrant_id"}
    assert staff.keys() - public.keys() == {"registrant_id", "account_id"}
    assert staff["account_id"] == str(application["account_id"])
    assert program["registrant_id"] == staff["registrant_id"]
    assert look_up(bearer(office, "applicant")).keys() == public.keys()


def test_a_program_gets_in_nowhere_else(office):
    token = ask(office, GRANT | credentials(office)).json()["access_token"]
    for path in (
        "/me",
        "/sessions",
        "/application",
        "/invoices",
        "/messages",
        "/staff/programs",
        "/staff/applications",
        "/delegations",
    ):
        answer = requests.get(office.base + path, headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE_S)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), path


def test_the_description_tells_of_the_form_and_of_the_errors(office):
    operation = requests.get(f"{office.base}/openapi.json", timeout=PATIENCE_S).json()["paths"]["/api/v1/oauth/token"]["post"]
    form = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    assert form["properties"]["grant_type"]["enum"] == ["client_credentials"]
    assert form["required"] == ["grant_type"]
    assert operation["security"] == [{"program": []}, {}]
    for status, errors in {
        "400": {"invalid_request", "invalid_scope", "unsupported_grant_type"},
        "401": {"invalid_client"},
    }.items():
        told = operation["responses"][status]["content"]["application/json"]["schema"]["properties"]["error"]["enum"]
        assert set(told) == errors
