"""A page says which calls it makes: neither one less than its view asks, nor one more; who may see it follows."""

import pytest
from werkzeug.test import create_environ

from gateway.context import Context, UndeclaredCall
from gateway.http.requests import Request
from gateway.portal.kit.portal_page import SESSION_CALLS
from gateway.portal.routes import PAGES
from gateway.services import Services
from services.common.kernel.access import ANYONE
from services.contracts.applications.applicant import ListDocuments, ReadDocument
from services.contracts.applications.review import Decide, GetApplication
from services.contracts.identity.accounts import GetMe
from services.contracts.registry import LookUpRegistrant, SearchRegister
from tests.unit.gateway.in_process import SETTINGS, Answers
from tests.unit.gateway.view_calls import calls_of

BY_PATH = {page.path: page for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_a_page_says_just_the_calls_that_its_view_makes(page):
    made = calls_of(page.view)
    assert made - SESSION_CALLS == set(page.calls) - SESSION_CALLS
    assert SESSION_CALLS.intersection(page.calls) <= made
    assert len(page.calls) == len(set(page.calls))


def test_calls_are_found_in_what_a_view_leads_to():
    def view(context):
        def show():
            return context.ask(SearchRegister)

        return show() or [one for one in () if context.ask(GetMe)]

    assert calls_of(view) == set()  # a view is the gateway's
    view.__module__ = "gateway.portal.example"
    assert calls_of(view) == {SearchRegister, GetMe}


def test_who_may_see_a_page_follows_from_its_first_call():
    assert BY_PATH["/staff/applications/<application_id>/decision"].access == Decide.access != GetApplication.access
    assert BY_PATH["/application/documents/<document_id>/view"].access == ListDocuments.access != ReadDocument.access
    assert BY_PATH["/delegation"].access == BY_PATH["/policies/<code>"].access == ANYONE


def test_a_page_that_is_narrower_than_its_call_or_open_to_all_is_one_of_few():
    assert {page.path for page in PAGES if page.like} == {
        "/application/documents/<document_id>/view",
        "/staff/documents/<document_id>/view",
        "/staff/registrants",
    }
    assert [page.path for page in PAGES if page.signed_out] == ["/delegation"]


def test_a_call_that_a_page_does_not_name_is_not_made():
    services = Services(Answers({LookUpRegistrant: {}}), None, None, None, SETTINGS)
    context = Context(services, Request(create_environ()), calls=frozenset({LookUpRegistrant}))
    assert context.ask(LookUpRegistrant, number="1") == {}
    with pytest.raises(UndeclaredCall, match="SearchRegister"):
        context.ask(SearchRegister, name="Roy")
    with pytest.raises(UndeclaredCall):
        context.together((LookUpRegistrant, {"number": "1"}), (SearchRegister, {"name": "Roy"}))
    assert [contract for contract, _values in services.client.asked] == [LookUpRegistrant, LookUpRegistrant]
