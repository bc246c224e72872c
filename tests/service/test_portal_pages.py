"""The portal's pages over real HTTP, with stand-ins for the services behind them."""

import datetime as dt

import pytest
import requests

from services.common.errors import NotFound
from services.contracts import registry
from tests.service.html_pages import read_page
from tests.support.gateway_rig import StandIn, start_gateway

ENTRY = {
    "registration_number": "1234-5",
    "name": "Zoé <b>Tremblay</b>",
    "commonly_used_name": None,
    "category": "registered",
    "category_name": {"en": "Registered", "fr": "Inscrite"},
    "status": "active",
    "status_words": {"en": "In good standing", "fr": "En règle"},
}
REGISTRANT = ENTRY | {
    "first_registered_on": dt.date(2026, 11, 23),
    "categories": [],
    "conditions": [],
    "languages_of_care": [],
}
PUBLIC = ["/", "/register", "/fees", "/how-to-apply", "/how-to-apply?route=masters", "/mail-help", "/verify"]
PUBLIC += ["/policies/removal", "/policies/names", "/sign-in", "/signed-out"]


@pytest.fixture
def base(house):
    return start_gateway(house)


@pytest.fixture
def register(house):
    """A registry that knows one person, over two pages of results."""

    def search(name, cursor=None, limit=20):
        if name == "nobody":
            return {"registrants": [], "next_cursor": None}
        return {"registrants": [ENTRY], "next_cursor": None if cursor else "more"}

    def look_up(number):
        if number != "1234-5":
            raise NotFound()
        return REGISTRANT

    def verify(code):
        if code != "good":
            raise NotFound()
        return {"certificate_number": "C-1", "issued_on": dt.date(2026, 11, 23), "registrant": REGISTRANT}

    answers = {registry.SearchRegister: search, registry.LookUpRegistrant: look_up, registry.VerifyCertificate: verify}
    stand_in = StandIn(house, "registry", answers)
    yield stand_in
    stand_in.stop()


@pytest.mark.parametrize("path", PUBLIC)
def test_a_page_is_in_the_browsers_language_with_a_switch_that_keeps_the_page(base, path):
    english = requests.get(base + path)
    read_page(english, "en")
    read_page(requests.get(base + path, headers={"Accept-Language": "fr-CA,fr;q=0.9,en;q=0.5"}), "fr")
    assert "%(" not in english.text and "{{" not in english.text
