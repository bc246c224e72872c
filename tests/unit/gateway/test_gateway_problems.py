"""Problem documents (RFC 9457)."""

import orjson

from gateway.http import errors
from gateway.http.errors import MethodNotAllowed, TooManyRequests
from gateway.http.problems import fault, problem
from services.common.kernel.errors import Invalid, OutcomeUnknown, RemoteError, ServiceError, Unauthenticated
from services.contracts.identity.errors import TooManyTries
from tests.unit.gateway.in_process import client
from tests.unit.gateway.wsgi_requests import request

FRENCH = {"query": "language=fr", "path": "/api/v1/x"}


def told(error, **kwargs):
    response = problem(error, request(**kwargs))
    return response.status, orjson.loads(response.body[0]), dict(response.headers)


def test_a_problem_says_what_happened_in_the_callers_language():
    status, document, headers = told(TooManyTries(retry_after_s=9), **FRENCH)
    assert status == document["status"] == 429
    assert document["detail"].startswith("Il y a eu plusieurs essais infructueux. Vous pourrez réessayer dans 9 secondes")
    assert document["instance"] == "/api/v1/x" and document["type"].endswith("#problem-too_many_tries")
    assert document["retry_after_s"] == 9 and headers["Retry-After"] == "9"
    assert headers["Content-Type"] == "application/problem+json" and headers["Content-Language"] == "fr"


def test_faults_have_a_code_and_words_apart():
    _, document, _ = told(Invalid(errors=[{"field": "a.0", "code": "too_long 100"}]), **FRENCH)
    assert document["errors"] == [{"field": "a.0", "code": "too_long", "message": "C’est trop long\u00a0: au plus 100."}]


def test_a_services_own_words_are_given_in_the_right_language():
    own = {"field": "a", "code": "odd", "message": {"en": "Odd.", "fr": "Impair."}, "page": "about"}
    assert fault(own, "fr") == {"field": "a", "code": "odd", "message": "Impair.", "page": "about"}


def test_a_failure_on_our_side_keeps_its_particulars_in_the_log():
    _, document, _ = told(RemoteError(exc_type="KeyError", remote_code="x"))
    assert "exc_type" not in document and "remote_code" not in document
    status, document, headers = told(OutcomeUnknown(call="billing.get_invoice"))
    assert (status, headers["Retry-After"]) == (503, "1")
    assert "call" not in document and "repeat the request safely" in document["detail"]


def test_errors_bring_the_headers_that_http_asks_for():
    assert "Bearer" in told(Unauthenticated())[2]["WWW-Authenticate"]
    assert told(MethodNotAllowed(allowed="GET, OPTIONS"))[2]["Allow"] == "GET, OPTIONS"
    assert told(TooManyRequests(retry_after_s=3))[2]["Retry-After"] == "3"


def test_parameters_cannot_pass_for_the_standard_members():
    _, document, _ = told(Invalid(errors=[], status=200, title="x", extra="kept"))
    assert document["status"] == 422 and document["title"] != "x" and document["extra"] == "kept"


def test_every_problem_of_the_gateway_itself_has_its_place_in_the_documentation(tmp_path):
    page = client(tmp_path).get("/api/v1/docs").get_data(as_text=True)
    codes = {one.code for one in vars(errors).values() if isinstance(one, type) and issubclass(one, ServiceError)}
    assert {code for code in codes if f'id="problem-{code}"' not in page} == set()
    assert {"unknown_method", "malformed_request"} <= codes
