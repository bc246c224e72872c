"""The gateway before real services: what people meet first, with nothing stood in for."""

import json

import pytest
import requests

from services.contracts.identity.events import AccountOpened
from tests.support.gateway_rig import start_gateway

SENTENCE = "a sentence that nobody guesses"


@pytest.fixture
def base(system):
    system.start("identity")
    return start_gateway(system) + "/api/v1"


def test_an_account_is_opened_once_for_one_idempotency_key(system, base):
    body = {"email": "zoe@people.example.org", "password": SENTENCE, "language": "fr"}
    answers = [requests.post(f"{base}/applications/start", json=body, headers={"Idempotency-Key": "k"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert len({json.dumps(answer.json(), sort_keys=True) for answer in answers}) == 1
    system.settle()
    opened = system.announced(AccountOpened)
    assert len(opened) == 1
    other = requests.post(
        f"{base}/applications/start", json={**body, "email": "max@people.example.org"}, headers={"Idempotency-Key": "k"}
    )
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


def test_the_walk_of_a_person_keeps_one_correlation_id(system, base):
    body = {"email": "zoe@people.example.org", "password": SENTENCE}
    requests.post(f"{base}/applications/start", json=body, headers={"X-Correlation-Id": "walk-0001"})
    assert system.announced(AccountOpened)[0].correlation_id == "walk-0001"


def test_signing_in_before_activation_and_a_made_up_link_are_refused_with_words(base):
    requests.post(f"{base}/applications/start", json={"email": "zoe@people.example.org", "password": SENTENCE})
    french = {"Accept-Language": "fr"}
    signed = requests.post(f"{base}/sessions", json={"login": "zoe@people.example.org", "password": SENTENCE}, headers=french)
    assert (signed.status_code, signed.json()["title"]) == (401, "La connexion n’a pas réussi.")
    link = requests.post(f"{base}/accounts/activate", json={"token": "made-up"}, headers=french)
    assert (link.status_code, link.json()["code"]) == (410, "link_not_valid")
    ours = {"Sec-Fetch-Site": "same-origin"}
    page = requests.post(base.removesuffix("/api/v1") + "/activate", data={"token": "made-up"}, headers=french | ours)
    assert page.status_code == 410 and "Ce lien n’est plus valide." in page.text
