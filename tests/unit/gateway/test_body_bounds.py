"""How much a body may hold: what its contract can take, and nothing that keeps everybody else waiting."""

import orjson
import pytest

from gateway.api.routes import ROUTES
from gateway.api.routing import Kind
from gateway.http.body_bounds import LARGEST_BODY, Bounds, bounds_of
from gateway.http.errors import MalformedBody, TooManyValues
from gateway.http.request_body import parse_form, parse_json
from services.contracts.applications.applicant import SavePage
from services.contracts.identity.accounts import OpenAccount
from services.contracts.identity.sessions import CompleteSignIn, RefreshSession, SignIn
from tests.unit.gateway.in_process import SAME_ORIGIN, client
from tests.unit.gateway.wsgi_requests import request

FEW = Bounds(1_000_000, 20, 4)


@pytest.mark.parametrize(
    "text",
    [
        b"[" + b"[]," * 330_000 + b"[]]",
        b"[" + b'"",' * 330_000 + b'""]',
        b'{"a":[' + b"1," * 400_000 + b"1]}",
        b"[" * 100_000 + b"]" * 100_000,
        b"[" * 990_000,
        b"{" * 990_000,
        b"," * 990_000,
        b'"[\\"' * 300_000,
        b"{" + b'"a":{},' * 140_000 + b'"b":{}}',
        b"[[[[[1]]]]]",
        b'{"a":{"b":{"c":{"d":{}}}}}',
    ],
)
def test_what_has_too_many_values_or_levels_is_refused_before_any_is_made(text, monkeypatch):
    monkeypatch.setattr("gateway.http.request_body.orjson.loads", lambda _text: pytest.fail("it was read"))
    with pytest.raises(TooManyValues):
        parse_json(text, FEW)


@pytest.mark.parametrize(
    "value",
    [
        {"text": "[{,}]" * 10_000},
        {"text": 'said: "[," and \\" {' * 1000 + "\\"},
        {'text\\": [{,': ["a\\", "b\\\\"], "c": {"d": {"e": 1}}},
        list(range(19)),
        [[[[1]]]],
        "a, b",
    ],
)
def test_texts_may_hold_any_signs(value):
    assert parse_json(orjson.dumps(value), FEW) == value


def test_what_is_no_json_is_malformed():
    for text in (b"", b"{", b"[1,]", b"NaN", b'"\xff"', b'"a' * 3):
        with pytest.raises(MalformedBody):
            parse_json(text, FEW)


def test_no_body_is_larger_than_the_largest_and_small_ones_are_small():
    assert all(route.bounds.bytes <= LARGEST_BODY for route in ROUTES)
    assert bounds_of(SignIn).bytes < 16_000 and bounds_of(RefreshSession).bytes < 16_000
    assert bounds_of(CompleteSignIn).bytes < 30_000
    assert bounds_of(SavePage).bytes > 300_000


def test_whatever_the_contract_takes_is_within_its_bounds():
    longest = {"email": "é" * 242 + "@example.org", "password": "🍁" * 200, "language": "en"}
    written = orjson.dumps(longest).decode().encode("ascii", "backslashreplace")
    escaped = b'{"email":"' + b"\\u00e9" * 254 + b'","password":"' + b"\\ud83c\\udf41" * 200 + b'","language":"en"}'
    bounds = bounds_of(OpenAccount)
    assert len(written) < bounds.bytes and len(escaped) < bounds.bytes
    assert parse_json(escaped, bounds)["password"] == longest["password"]


PUBLIC = [route for route in ROUTES if route.body_fields and route.kind is Kind.JSON and route.contract.access.public]


@pytest.mark.parametrize("route", PUBLIC, ids=lambda route: route.operation_id)
def test_a_large_body_where_a_small_one_is_due_is_refused_unread(tmp_path, route):
    path = route.address.format(**dict.fromkeys(route.path_fields, "1"))
    refused = client(tmp_path).open(path, method=route.method, data=b" " * 990_000, content_type="application/json")
    assert refused.status_code == 413


@pytest.mark.parametrize("path", ["/session", "/session/second-factor", "/api/v1/sessions/refresh"])
@pytest.mark.parametrize("value", ["[[],[]," + "[]," * 1000 + "[]]", "[" * 50 + "]" * 50])
def test_many_values_at_the_door_are_refused(tmp_path, path, value):
    body = '{"refresh_token":' + value + "}"
    refused = client(tmp_path).post(path, data=body, content_type="application/json", headers=SAME_ORIGIN)
    assert (refused.status_code, refused.json["code"]) == (413, "too_many_values")


@pytest.mark.parametrize("path", ["/session", "/sign-in", "/mailing-list", "/start"])
def test_a_form_of_too_many_fields_is_refused(tmp_path, path):
    form = "&".join(f"a{n}=1" for n in range(1000))
    refused = client(tmp_path).post(path, data=form, content_type="application/x-www-form-urlencoded", headers=SAME_ORIGIN)
    assert refused.status_code == 413


@pytest.mark.parametrize("path", ["/", "/api/v1/register", "/register", "/session/refresh", "/nowhere"])
def test_a_query_of_too_many_parameters_is_refused(tmp_path, path):
    answer = client(tmp_path).open(
        f"{path}?" + "a&" * 4000, method="POST" if path == "/session/refresh" else "GET", headers=SAME_ORIGIN
    )
    assert answer.status_code == (404 if path == "/nowhere" else 413)


def test_forms_and_queries_are_read_in_their_order():
    assert parse_form("a=1&b=&a=2&c", 4) == [("a", "1"), ("b", ""), ("a", "2"), ("c", "")]
    with pytest.raises(TooManyValues):
        parse_form("a=1&b=&a=2&c", 3)
    assert request(query="&".join(f"a{n}" for n in range(60))).refusal is None
    assert isinstance(request(query="&".join(f"a{n}" for n in range(61))).refusal, TooManyValues)
