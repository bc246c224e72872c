"""The route table: complete, without doubles, and each field from its own place."""

import uuid

import pytest

from gateway.api.openapi import build
from gateway.api.openapi_problems import errors_of
from gateway.api.routes import ROUTES
from gateway.api.routing import DoublyRouted, Kind, Route, checked
from gateway.http import errors as edge_errors
from gateway.http.errors import VersionRequired
from gateway.http.request_parsing import gather, sound, version_of
from services.common.kernel.contract import Call
from services.common.kernel.errors import Invalid, NotFound, ServiceError, VersionMismatch
from services.contracts import billing, correspondence, identity, qa, registry
from services.contracts.applications import applicant, review
from tests.unit.gateway.wsgi_requests import request

_CONTRACTS = (applicant, billing, correspondence, identity, qa, registry, review)


def declared_calls():
    return {call for call in Call.all.values() if call.__module__.startswith("services.contracts.")}


def route_of(contract):
    return next(route for route in ROUTES if route.contract is contract)


def test_every_declared_call_but_the_internal_ones_is_reachable_by_exactly_one_route():
    public = {call for call in declared_calls() if not call.internal}
    assert len(public) > 40
    assert sorted(call.method for call in public) == sorted(route.contract.method for route in ROUTES)


def test_what_the_gateway_asks_for_itself_has_no_address():
    assert {call for call in declared_calls() if call.internal} == {identity.sessions.ListEnded}


def test_doubles_and_unknown_path_parameters_are_refused_when_the_table_is_made():
    one = Route("GET", "/me", identity.accounts.GetMe)
    with pytest.raises(DoublyRouted):
        checked([one, Route("GET", "/me", identity.sessions.SignOut)])
    with pytest.raises(DoublyRouted):
        checked([one, Route("GET", "/myself", identity.accounts.GetMe)])
    with pytest.raises(KeyError):
        checked([Route("GET", "/me/{colour}", identity.accounts.GetMe)])


def test_each_field_comes_from_its_own_place():
    route = route_of(applicant.SavePage)
    edit = request("PUT", if_match='"7"')
    assert gather(route, edit, {"page": "about"}, {"values": {}}) == {"page": "about", "values": {}, "version": 7}
    for body in ({"values": {}, "page": "other"}, {"values": {}, "version": 1}):
        with pytest.raises(Invalid) as refused:
            gather(route, edit, {"page": "about"}, body)
        assert [fault["code"] for fault in refused.value.params["errors"]] == ["unknown"]
    with pytest.raises(Invalid):
        gather(route, request("PUT", query="values=1", if_match='"7"'), {"page": "about"}, {})


def test_a_path_that_cannot_name_a_thing_is_not_found_whatever_else_is_wrong():
    route = route_of(review.AddNote)
    with pytest.raises(NotFound):
        gather(route, request("POST"), {"application_id": "42"}, {})


def test_numbers_in_a_query_are_numbers_and_others_are_refused():
    route = route_of(registry.SearchRegister)
    assert gather(route, request(query="limit=7"), {}, {})["limit"] == 7
    for text in ("7.5", "-1", "²", "", "9" * 30):
        with pytest.raises(Invalid):
            gather(route, request(query=f"limit={text}"), {}, {})


def test_yes_and_no_are_true_and_false_and_nothing_else():
    listed, documents = route_of(billing.payments.ListPayments), route_of(review.DecideDocument)
    assert gather(listed, request(query="flagged=true"), {}, {})["flagged"] is True
    assert gather(listed, request(query="flagged=false"), {}, {})["flagged"] is False
    document = {"document_id": str(uuid.uuid4())}
    assert gather(documents, request("POST"), document, {"accepted": True})["accepted"] is True
    for text in ("1", "yes", "True", ""):
        with pytest.raises(Invalid):
            gather(listed, request(query=f"flagged={text}"), {}, {})
    for value in (0, 1, "true", "off", None, []):
        with pytest.raises(Invalid):
            gather(documents, request("POST"), document, {"accepted": value})


def test_values_that_no_database_can_keep_are_refused_by_name():
    route = route_of(applicant.SavePage)
    deep = {}
    for _ in range(1000):
        deep = {"a": deep}
    for values in ({"a": ["x\0"]}, {"\0": 1}, deep):
        with pytest.raises(Invalid) as refused:
            gather(route, request("PUT", if_match='"7"'), {"page": "about"}, {"values": values})
        assert refused.value.params["errors"] == [{"field": "values", "code": "invalid"}]
    assert sound({"a": [1, None, "é", {"b": True}]})


def test_the_version_of_an_edit_must_be_told_and_be_strong():
    assert version_of('"12"') == 12
    for missing in (None, "", "*"):
        with pytest.raises(VersionRequired):
            version_of(missing)
    for other in ('W/"12"', '"a"', '"1", "2"', '"-1"', '"²"', '"9999999999"'):
        with pytest.raises(VersionMismatch):
            version_of(other)


def test_what_describes_a_stored_file_is_never_taken_from_a_json_body():
    uploads = [route for route in ROUTES if "sha256" in route.request_fields]
    assert len(uploads) == 2 and all(route.kind is Kind.UPLOAD for route in uploads)


def test_each_route_tells_the_errors_of_its_contract():
    for route in ROUTES:
        assert set(route.contract.errors) <= set(errors_of(route))


def test_each_route_tells_what_its_access_may_answer():
    told = {"unauthenticated", "forbidden", "step_up_required"}
    for route in ROUTES:
        access, codes = route.contract.access, {error.code for error in errors_of(route)}
        if not access.public:
            expected = told if access.fresh else told - {"step_up_required"}
            assert codes & told == expected, route.address
            assert ("cross_site_request" in codes) == (route.method != "GET"), route.address


def test_the_gateways_own_refusals_speak_both_languages():
    own = [value for value in vars(edge_errors).values() if isinstance(value, type) and issubclass(value, ServiceError)]
    mine = [error for error in own if error.__module__ == "gateway.http.errors"]
    assert len(mine) >= 10
    for error in mine:
        assert error.title.en != error.title.fr and error.detail.en != error.detail.fr


def test_each_download_tells_its_media_types_and_none_says_anything():
    document = build("Tests", "https://college.test")
    told = {
        route.address: set(document["paths"][route.address]["get"]["responses"]["200"]["content"])
        for route in ROUTES
        if route.kind is Kind.DOWNLOAD
    }
    papers = {"application/pdf", "image/jpeg", "image/png", "image/heic"}
    assert len(told) == 4
    assert all(types == (papers if "documents" in address else {"application/pdf"}) for address, types in told.items())
    assert "*/*" not in str(document)
