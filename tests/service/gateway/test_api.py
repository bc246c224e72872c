"""The gateway's JSON API over real HTTP and the real broker, with stand-ins for the services."""

import socket
import uuid

import eventlet
import pytest
import requests
from eventlet.event import Event

from services.common.kernel.errors import VersionMismatch
from services.contracts import billing, identity, registry
from services.contracts.applications import applicant, errors, review
from services.contracts.roles import APPLICANT, REGISTRAR
from tests.support.gateway_rig import StandIn, bearer, start_gateway
from tests.support.waiting import PATIENCE_S, until

NOW = "2026-11-23T12:00:00+00:00"


@pytest.fixture
def base(system):
    return start_gateway(system) + "/api/v1"


@pytest.fixture
def stand_in(system):
    made = []

    def make(owner, answers):
        made.append(StandIn(system, owner, answers))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def page_answers():
    from services.common.kernel.clock import now

    def save(page, values, version):
        if version != 3:
            raise VersionMismatch()
        return {"page": page, "version": 4, "saved_at": now(), "blockers": []}

    return {
        applicant.GetPage: lambda page: {"page": page, "values": {"a": 1}, "editable": ["a"], "version": 3, "saved_at": None},
        applicant.SavePage: save,
        applicant.GetForm: lambda **_: {"pages": [{"code": "about", "title": {"en": "About", "fr": "À propos"}}]},
    }


def test_a_call_is_answered_with_the_contracts_reply_and_its_status(base, stand_in):
    asked = stand_in(
        "identity", {identity.accounts.OpenAccount: lambda **_: {"email": "a@b.ca", "expires_hours": 48, "secret": "x"}}
    ).asked
    sent = {"email": "a@b.ca", "password": "a long sentence works"}
    answer = requests.post(
        f"{base}/applications/start", json=sent, headers={"Idempotency-Key": "k-1", "Accept-Language": "fr-CA"}
    )
    assert (answer.status_code, answer.json()) == (202, {"email": "a@b.ca", "expires_hours": 48, "advice": None})
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert asked[0]["key"] == "k-1" and asked[0]["language"] == "fr"


def test_an_absent_service_is_a_503_that_says_when_to_come_again(base):
    answer = requests.get(f"{base}/register/1234")
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "1"
    assert answer.json()["code"] == "unavailable"


def test_broken_json_is_a_400(base):
    headers = {"Content-Type": "application/json"}
    for body in (b"{", b'{"email": NaN}', b"\xff\xfe"):
        answer = requests.post(f"{base}/sessions", data=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_body")
        assert answer.headers["Content-Type"] == "application/problem+json"


def test_unknown_fields_and_wrong_types_are_told_field_by_field_in_french(base):
    answer = requests.post(f"{base}/sessions?language=fr", json={"login": 7, "colour": "red"})
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["title"] == "Certains renseignements ne peuvent pas être acceptés."
    told = {fault["field"]: (fault["code"], fault["message"]) for fault in problem["errors"]}
    assert told["colour"] == ("unknown", "Ce champ n’existe pas.")
    assert told["password"] == ("required", "Ce champ est obligatoire.")
    assert told["login"][0] == "invalid"


def test_another_content_type_is_a_415_and_too_large_a_body_a_413(base):
    assert requests.post(f"{base}/sessions", data="login=a", headers={"Content-Type": "text/plain"}).status_code == 415
    large = b'{"login": "' + b"a" * 1_100_000 + b'"}'
    answer = requests.post(f"{base}/sessions", data=large, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    chunks = (large[start : start + 65536] for start in range(0, len(large), 65536))
    answer = requests.post(f"{base}/sessions", data=chunks, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_a_bad_token_is_refused_at_once_and_a_missing_one_too(base):
    for headers in ({"Authorization": "Bearer nonsense"}, {"Authorization": "Basic YTpi"}, {}):
        answer = requests.get(f"{base}/me", headers=headers)
        assert answer.status_code == 401 and answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_stale_token_does_not_keep_anyone_from_refreshing(base, stand_in):
    def refuse(**_):
        raise identity.errors.SessionEnded()

    stand_in("identity", {identity.sessions.RefreshSession: refuse})
    answer = requests.post(f"{base}/sessions/refresh", json={"refresh_token": "r"}, headers={"Authorization": "Bearer stale"})
    assert answer.json()["code"] == "session_ended"


def test_the_wrong_role_is_a_403_and_the_right_ones_token_goes_along(system, base, stand_in):
    asked = stand_in("billing", {billing.issued.ListUnfinished: lambda: {"invoices": []}}).asked
    assert requests.get(f"{base}/staff/unfinished", headers=bearer(system, APPLICANT)).status_code == 403
    headers = bearer(system, REGISTRAR)
    assert requests.get(f"{base}/staff/unfinished", headers=headers).json() == {"invoices": []}
    refused, let_in = [one["token"] for one in asked]  # the one who is refused is known by the service too, which writes it down
    assert refused != let_in == headers["Authorization"].removeprefix("Bearer ")


def test_an_edit_needs_the_version_it_was_made_on(system, base, stand_in):
    stand_in("applications", page_answers())
    headers, address = bearer(system, APPLICANT), f"{base}/application/pages/about"
    got = requests.get(address, headers=headers)
    assert got.headers["ETag"] == '"3"'
    assert requests.get(address, headers={**headers, "If-None-Match": '"3"'}).status_code == 304
    body = {"values": {"a": 2}}
    assert requests.put(address, json=body, headers=headers).status_code == 428
    for stale in ('"2"', 'W/"3"', '"x"'):
        answer = requests.put(address, json=body, headers={**headers, "If-Match": stale})
        assert (answer.status_code, answer.json()["code"]) == (412, "version_mismatch")
    saved = requests.put(address, json=body, headers={**headers, "If-Match": got.headers["ETag"]})
    assert (saved.status_code, saved.headers["ETag"]) == (200, '"4"')
    sneaky = requests.put(address, json={**body, "version": 3}, headers={**headers, "If-Match": '"3"'})
    assert sneaky.json()["errors"][0]["field"] == "version"


def test_the_form_is_not_sent_twice_to_who_has_it(base, stand_in):
    stand_in("applications", page_answers())
    first = requests.get(f"{base}/application-form")
    assert "public" in first.headers["Cache-Control"]
    again = requests.get(f"{base}/application-form", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_query_values_are_read_as_their_fields_kind_and_checked(base, stand_in):
    asked = stand_in("registry", {registry.SearchRegister: lambda **_: {"registrants": [], "next_cursor": None}}).asked
    assert requests.get(f"{base}/register", params={"name": "Tremblay", "limit": "5"}).status_code == 200
    assert asked[0]["request"] == {"name": "Tremblay", "cursor": None, "limit": 5}
    for bad in ({"limit": "1000"}, {"limit": "x"}, {"nom": "a"}):
        assert requests.get(f"{base}/register", params=bad).status_code == 422


def test_an_address_that_no_thing_can_have_is_a_404(system, base):
    answer = requests.get(f"{base}/staff/applications/42", headers=bearer(system, REGISTRAR))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_unknown_addresses_methods_head_and_options(base, stand_in):
    answer = requests.get(f"{base}/nothing", headers={"Accept-Language": "fr"})
    assert answer.status_code == 404 and answer.json()["title"] == "Il n’y a rien à cette adresse."
    assert requests.get(f"{base}/nothing/").status_code == 404
    assert requests.get(f"{base}/me/", allow_redirects=False).headers["Location"] == "/api/v1/me"
    wrong = requests.patch(f"{base}/accounts/activate")
    assert wrong.status_code == 405 and wrong.headers["Allow"] == "OPTIONS, POST"
    assert requests.request("TRACE", f"{base}/accounts/activate").status_code == 405
    options = requests.options(f"{base}/accounts/activate", headers={"Origin": "https://evil.test"})
    assert options.status_code == 204 and "Access-Control-Allow-Origin" not in options.headers
    stand_in("applications", page_answers())
    got, head = requests.get(f"{base}/application-form"), requests.head(f"{base}/application-form")
    assert head.status_code == 200 and head.content == b"" and head.headers["Content-Length"] == got.headers["Content-Length"]


def test_the_correlation_id_is_taken_if_well_formed_and_always_told(base):
    assert requests.get(f"{base}/me", headers={"X-Correlation-Id": "walk-0001"}).headers["X-Correlation-Id"] == "walk-0001"
    answer = requests.get(f"{base}/me", headers={"X-Correlation-Id": "<script>"})
    assert uuid.UUID(answer.headers["X-Correlation-Id"]) and answer.json()["correlation_id"] == answer.headers["X-Correlation-Id"]


def test_a_services_refusal_keeps_its_code_its_words_and_its_list(system, base, stand_in):
    blocker = {"code": "missing", "page": "about"}

    def refuse(**_):
        raise errors.SubmissionBlocked(count=1, blockers=[blocker])

    stand_in("applications", {applicant.SubmitApplication: refuse})
    answer = requests.post(f"{base}/application/submit", headers=bearer(system, APPLICANT, language="fr"))
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["blockers"]) == (422, "submission_blocked", [blocker])
    assert problem["title"] == "La demande ne peut pas encore être soumise."


def test_a_crash_behind_the_gateway_tells_nothing_of_itself(system, base, stand_in):
    def crash(**_):
        from services.common.kernel.errors import RemoteError

        raise RemoteError(exc_type="ZeroDivisionError")

    stand_in("applications", {review.ListApplications: crash})
    answer = requests.get(f"{base}/staff/applications", headers=bearer(system, REGISTRAR))
    assert answer.status_code == 500 and "ZeroDivisionError" not in answer.text


def test_a_webhook_is_passed_on_byte_for_byte(base, stand_in):
    asked = stand_in("billing", {billing.payments.RecordPayment: lambda **_: {"outcome": "recorded"}}).asked
    raw = '{ "id":"evt_1",  "é": 1 }'.encode()
    answer = requests.post(f"{base}/webhooks/payments", data=raw, headers={"Payment-Signature": "t=1,v1=ab"})
    assert answer.json() == {"outcome": "recorded"}
    assert asked[0]["request"] == {"notice": raw.decode(), "signature": "t=1,v1=ab", "encoding": "utf-8"}
    requests.post(f"{base}/webhooks/payments", data=b"caf\xe9\0", headers={"Payment-Signature": "t=1,v1=ab"})
    assert asked[1]["request"] == {"notice": "Y2Fm6QA=", "signature": "t=1,v1=ab", "encoding": "base64"}
    assert requests.post(f"{base}/webhooks/payments", data=b"a" * 262_145).status_code == 413


def test_signing_in_too_often_is_slowed_down(system):
    base = start_gateway(system, RATE_LIMIT_FACTOR="0.1") + "/api/v1"
    answers = [requests.post(f"{base}/sessions", json={}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
    assert int(answers[-1].headers["Retry-After"]) >= 1


def held_search(stand_in):
    """The register, whose searches are answered once the gate is open."""
    gate = Event()

    def search(**_):
        gate.wait()
        return {"registrants": [], "next_cursor": None}

    return stand_in("registry", {registry.SearchRegister: search}), gate


def test_more_requests_than_the_gateway_takes_at_once_are_sent_away_at_once(system, stand_in):
    base = start_gateway(system, HTTP_MOST_REQUESTS="1") + "/api/v1"

    registry_service, gate = held_search(stand_in)
    under_way = eventlet.spawn(requests.get, f"{base}/register")
    until(lambda: registry_service.asked, "the question")
    refused = requests.get(f"{base}/register")
    assert (refused.status_code, refused.json()["code"], refused.headers["Retry-After"]) == (503, "busy", "1")
    assert requests.get(base.removesuffix("/api/v1") + "/readyz").status_code == 200
    gate.send()
    assert under_way.wait().status_code == 200


def test_a_stale_gateway_on_the_port_is_an_error(system, base):
    port = base.split(":")[2].split("/")[0]
    with pytest.raises(OSError, match="in use"):
        start_gateway(system, HTTP_PORT=port)


def test_stopping_finishes_the_request_under_way_and_takes_no_other(system, base, stand_in):
    registry_service, gate = held_search(stand_in)
    under_way = eventlet.spawn(requests.get, f"{base}/register")
    until(lambda: registry_service.asked, "the question")
    stopping = eventlet.spawn(system.stop, "gateway")
    eventlet.sleep(0)
    gate.send()
    stopping.wait()
    assert under_way.wait().status_code == 200
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{base}/register", timeout=PATIENCE_S)


def test_headers_without_end_are_refused(base):
    host, port = base.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * 20_000 + b"\r\n\r\n")
        assert b" 431 " in client.recv(1000)
