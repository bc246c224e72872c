"""The signing key is changed while people work: nobody is refused, old tokens last their time, retired keys open nothing."""

import json
from datetime import datetime, timedelta

import eventlet
import jwt
import pytest
import requests

from deploy.local.tools.signing_keys import SigningKeys
from services.common.kernel.caller import Caller
from services.common.kernel.errors import Unauthenticated
from services.common.security.tokens import LONGEST_LIFE_S
from services.contracts import identity as contracts
from tests.support.actors.identity_people import add_person
from tests.support.gateway_rig import start_gateway
from tests.support.waiting import PATIENCE_S, until

PASSWORD, EMAIL = "les érables rougissent en octobre", "ana.tremblay@example.org"


@pytest.fixture
def pair(tmp_path):
    made = SigningKeys(tmp_path / "signing.pem", tmp_path / "verify.jwks.json")
    made.make()
    return made


@pytest.fixture
def college(system, pair):
    """Identity and a gateway that sign and verify with the pair, and one account; gives the gateway's address."""
    files = {"SIGNING_KEY_FILE": str(pair.signing_key), "VERIFY_KEYS_FILE": str(pair.verify_keys)}
    system.start("identity", **files)
    add_person(system, EMAIL, "registrant", password=PASSWORD, language="fr")
    return start_gateway(system, **files)


def sign_in(system):
    return system.call(contracts.sessions.SignIn, Caller(), login=EMAIL, password=PASSWORD)


def kid(tokens):
    return jwt.get_unverified_header(tokens["access_token"])["kid"]


def me(college, tokens):
    return requests.get(f"{college}/api/v1/me", headers={"Authorization": f"Bearer {tokens['access_token']}"}, timeout=PATIENCE_S)


def age(pair, key_id, seconds):
    key_set = json.loads(pair.verify_keys.read_text())
    for key in key_set["keys"]:
        if key["kid"] == key_id:
            key["signed_until"] = (datetime.fromisoformat(key["signed_until"]) - timedelta(seconds=seconds)).isoformat()
    fresh = pair.verify_keys.with_suffix(".test")
    fresh.write_text(json.dumps(key_set))
    fresh.replace(pair.verify_keys)


def test_the_key_is_changed_under_load_and_nobody_is_refused(system, college, pair):
    first = sign_in(system)
    answers, signed_with, working = [], set(), True

    def work():
        tokens = sign_in(system)
        while working:
            tokens = system.call(contracts.sessions.RefreshSession, Caller(), refresh_token=tokens["refresh_token"])
            signed_with.add(kid(tokens))
            answers.append(me(college, tokens).status_code)
            answers.append(me(college, first).status_code)

    people = [eventlet.spawn(work) for _ in range(3)]
    until(lambda: len(answers) > 10, 30)
    new_id_ = pair.rotate(eventlet.sleep)
    until(lambda: new_id_ in signed_with)
    seen = len(answers)
    until(lambda: len(answers) > seen + 20, 30)
    working = False
    for person in people:
        person.wait()
    assert set(answers) == {200}
    assert signed_with == {kid(first), new_id_}


def test_a_retired_key_opens_nothing_and_the_new_one_goes_on(system, college, pair):
    old = sign_in(system)
    new_id_ = pair.rotate(eventlet.sleep)
    new = {}

    def signs_anew():
        new.update(sign_in(system))
        return kid(new) == new_id_

    until(signs_anew)
    assert pair.retire() == ([], [kid(old)])
    assert me(college, old).status_code == 200
    age(pair, kid(old), LONGEST_LIFE_S + 120)
    assert pair.retire() == ([kid(old)], [])
    until(lambda: me(college, old).status_code == 401)
    assert me(college, new).status_code == 200
    with pytest.raises(Unauthenticated):  # also past the gateway
        until(lambda: system.call(contracts.accounts.GetMe, Caller(token=old["access_token"])) is None)
    assert system.call(contracts.accounts.GetMe, Caller(token=new["access_token"]))["email"] == EMAIL


def test_the_key_set_is_served_with_an_etag_and_changes_with_the_keys(college, pair):
    address = f"{college}/.well-known/jwks.json"
    answer = requests.get(address, timeout=PATIENCE_S)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/jwk-set+json")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert [set(key) for key in answer.json()["keys"]] == [{"kty", "crv", "x", "kid", "use", "alg"}]
    same = {"If-None-Match": answer.headers["ETag"]}
    assert requests.get(address, headers=same, timeout=PATIENCE_S).status_code == 304
    new = pair.rotate(lambda _: None)
    until(lambda: requests.get(address, headers=same, timeout=PATIENCE_S).status_code == 200)
    served = requests.get(address, timeout=PATIENCE_S).json()["keys"]
    assert served[0]["kid"] == new and len(served) == 2
    assert "signed_until" not in served[1]


def test_anybody_can_verify_a_token_with_the_served_set(system, college):
    tokens = sign_in(system)
    served = jwt.PyJWKSet.from_dict(requests.get(f"{college}/.well-known/jwks.json", timeout=PATIENCE_S).json())
    claims = jwt.decode(tokens["access_token"], served[kid(tokens)], algorithms=["EdDSA"], audience="college")
    assert claims["sub"] == str(tokens["account"]["id"])
