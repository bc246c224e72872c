"""The portal's page for inviting a delegate, with the real identity service: what is refused is told at the field (B11)."""

import pytest
import requests

from services.contracts import identity
from services.contracts.pages import FEES
from services.identity.grants.delegations import MOST
from tests.support.actors.identity_people import EMAIL, add_person
from tests.support.gateway_rig import start_gateway
from tests.support.waiting import PATIENCE_S


@pytest.fixture
def page(system):
    """Posts the form as Ana, from our own page; gives the answer."""
    system.start("identity")
    base = start_gateway(system, PUBLIC_URL="https://college.test")
    system.as_ana = system.caller("applicant", account_id=add_person(system))
    headers = {"Cookie": f"__Host-college-access={system.as_ana.token}", "Sec-Fetch-Site": "same-origin"}

    def post(email, language="en"):
        form = {"name": "Sam", "email": email, "pages": FEES}
        spoken = headers | {"Accept-Language": language}
        return requests.post(
            f"{base}/security/delegates/invite", data=form, headers=spoken, allow_redirects=False, timeout=PATIENCE_S
        )

    return post


def test_an_invitation_goes_out_and_ones_own_address_is_refused_at_its_field(system, page):
    assert page("sam@office.example").status_code == 303
    system.announced(identity.events.DelegateInvited)
    refused = page(EMAIL, "fr")
    assert refused.status_code == 422
    assert "C’est votre propre adresse." in refused.text


def test_one_delegate_too_many_is_told_with_what_to_do(system, page):
    for number in range(MOST):
        about = {"email": f"helper{number}@office.example", "name": "Helper", "pages": [FEES]}
        system.call(identity.delegates.InviteDelegate, system.as_ana, **about)
    refused = page("sam@office.example")
    assert refused.status_code == 409
    assert f"There can be {MOST}, with those who are invited." in refused.text
