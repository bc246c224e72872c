"""Access tokens: what is accepted as one and what never is, and keys that change while everything runs."""

import base64
import json
import time
import uuid
from datetime import datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.local.tools.signing_keys import SigningKeys
from services.common.kernel.errors import Unauthenticated
from services.common.security import key_files
from services.common.security.tokens import LONGEST_LIFE_S, Delegation, TokenVerifier
from services.identity.sessions.signing import FileSigner

SOMEBODY, SESSION, DELEGATE = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()


def part(content) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def claims(**changes):
    now = int(time.time())
    whole = {"aud": "college", "sub": str(SOMEBODY), "sid": str(SESSION), "roles": [], "iat": now, "exp": now + 600}
    return {name: value for name, value in {**whole, **changes}.items() if value is not None}


@pytest.fixture
def at_once(monkeypatch):
    """Files are looked at each time, so that no test waits for a second to pass."""
    monkeypatch.setattr(key_files, "PAUSE_S", 0.0)


@pytest.fixture
def pair(tmp_path):
    made = SigningKeys(tmp_path / "signing.pem", tmp_path / "verify.jwks.json")
    made.make()
    return made


def signer_of(pair):
    return FileSigner(pair.signing_key, pair.verify_keys)


def kid(token):
    return jwt.get_unverified_header(token)["kid"]


def own(keys, content, **header):
    return jwt.encode(content, keys.signing_key_file.read_bytes(), "EdDSA", headers={"kid": "test", **header})


def test_a_delegates_token_tells_who_acts_for_whom_and_where(keys):
    token = keys.signer.sign(SOMEBODY, ["applicant"], SESSION, "fr", 5, Delegation(DELEGATE, frozenset({"fees", "documents"})))
    caller = keys.verifier.caller(token, None, None, None)
    assert (caller.account_id, caller.delegate_id, caller.proved_at) == (SOMEBODY, DELEGATE, 5)
    assert caller.pages == {"fees", "documents"} and caller.language == "fr"
    assert caller.name == f"account/{DELEGATE} for account/{SOMEBODY}"


def test_a_programs_token_has_scopes_and_no_account(keys):
    caller = keys.verifier.caller(keys.signer.sign_for_program("hospital", ["register:read"]), None, None, None)
    assert (caller.client_id, caller.scopes, caller.account_id) == ("hospital", {"register:read"}, None)
    assert not caller.signed_in and caller.name == "client/hospital"


def test_no_token_lives_longer_than_public_keys_are_kept_for(keys):
    read = keys.verifier.claims(keys.signer.sign(SOMEBODY, [], SESSION, "en"))
    assert read["exp"] - read["iat"] <= LONGEST_LIFE_S
    read = keys.verifier.claims(keys.signer.sign_for_program("hospital", []))
    assert read["exp"] - read["iat"] <= LONGEST_LIFE_S


def test_what_was_not_signed_with_our_key_under_our_algorithm_is_no_token(keys):
    good = keys.signer.sign(SOMEBODY, [], SESSION, "en")
    head, payload, signature = good.split(".")
    header = jwt.get_unverified_header(good)
    raised = part(claims(roles=["registrar"]))
    stranger = Ed25519PrivateKey.generate()
    # PyJWT refuses to sign so, with good reason: the classic confusion of a public key with a shared secret is made by hand.
    public = json.loads(keys.verify_keys_file.read_text())["keys"][0]["x"]
    public_pem = (
        serialization.load_pem_private_key(keys.signing_key_file.read_bytes(), None)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    hs_head = part({**header, "alg": "HS256"})
    algorithm = jwt.get_algorithm_by_name("HS256")
    confused = [
        base64.urlsafe_b64encode(algorithm.sign(f"{hs_head}.{raised}".encode(), secret)).decode().rstrip("=")
        for secret in (public_pem, public.encode(), base64.urlsafe_b64decode(public + "="))
    ]
    forged = [
        f"{part({'alg': 'none', 'typ': 'JWT'})}.{raised}.",
        f"{part({**header, 'alg': 'none'})}.{raised}.",
        f"{part({**header, 'alg': 'none'})}.{payload}.{signature}",
        f"{head}.{raised}.{signature}",
        f"{head}.{payload}.",
        f"{part({**header, 'kid': ['test']})}.{payload}.{signature}",
        f"{part({**header, 'kid': None})}.{payload}.{signature}",
        f"{part({**header, 'jwk': {'kty': 'OKP'}, 'kid': 'theirs'})}.{payload}.{signature}",
        *(f"{hs_head}.{raised}.{mac}" for mac in confused),
        jwt.encode(claims(), stranger, "EdDSA", headers={"kid": "test"}),
        jwt.encode(claims(), stranger, "EdDSA", headers={"kid": "../../dev/null"}),
        jwt.encode(claims(), stranger, "EdDSA"),
    ]
    for one in forged:
        with pytest.raises(Unauthenticated):
            keys.verifier.caller(one, None, None, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another"},
        {"aud": None},
        {"exp": int(time.time()) - 1},
        {"exp": None},
        {"iat": None},
        {"iat": int(time.time()) + 3600},
        {"nbf": int(time.time()) + 3600},
        {"sub": None},
        {"sub": "not-an-id"},
        {"sid": None},
        {"act": {}},
        {"act": "somebody"},
        {"client_id": "x"},
    ],
    ids=str,
)
def test_a_token_that_we_would_not_make_is_refused_even_with_our_signature(keys, changes):
    assert keys.verifier.caller(own(keys, claims()), None, None, None).account_id == SOMEBODY
    with pytest.raises(Unauthenticated):
        keys.verifier.caller(own(keys, claims(**changes)), None, None, None)


def test_a_changed_key_signs_from_then_on_and_old_tokens_stay_good(pair, at_once):
    signer, verifier = signer_of(pair), TokenVerifier.from_file(pair.verify_keys)
    old = signer.sign(SOMEBODY, [], SESSION, "en")
    seen = []

    def while_verifiers_learn(_seconds):
        seen.append(kid(signer.sign(SOMEBODY, [], SESSION, "en")))
        seen.append([key["kid"] for key in verifier.key_set()["keys"]])

    new_id = pair.rotate(while_verifiers_learn)
    assert seen == [kid(old), [new_id, kid(old)]]  # published first, used afterwards
    new = signer.sign(SOMEBODY, [], SESSION, "en")
    assert kid(new) == new_id != kid(old)
    assert verifier.claims(old)["sub"] == verifier.claims(new)["sub"] == str(SOMEBODY)
    assert pair.signing_key.stat().st_mode & 0o077 == 0


def test_an_old_key_goes_only_when_no_valid_token_of_it_can_be_left(pair, at_once):
    signer, verifier = signer_of(pair), TokenVerifier.from_file(pair.verify_keys)
    old = signer.sign(SOMEBODY, [], SESSION, "en")
    pair.rotate(lambda _: None)
    new = signer.sign(SOMEBODY, [], SESSION, "en")
    assert pair.retire() == ([], [kid(old)])
    assert verifier.claims(old)
    later(pair, kid(old), LONGEST_LIFE_S)
    assert pair.retire() == ([], [kid(old)])
    later(pair, kid(old), 120)
    assert pair.retire() == ([kid(old)], [])
    with pytest.raises(Unauthenticated):
        verifier.claims(old)
    assert verifier.claims(new)
    assert pair.retire() == ([], [])


def later(pair, key_id, seconds):
    """Moves the moment from which a key signed no more into the past."""
    key_set = json.loads(pair.verify_keys.read_text())
    for key in key_set["keys"]:
        if key["kid"] == key_id:
            key["signed_until"] = (datetime.fromisoformat(key["signed_until"]) - timedelta(seconds=seconds)).isoformat()
    pair.verify_keys.write_text(json.dumps(key_set))


def test_a_change_that_was_killed_in_between_leaves_the_old_key_signing_and_can_be_made_again(pair, at_once):
    signer = signer_of(pair)
    first = kid(signer.sign(SOMEBODY, [], SESSION, "en"))

    def killed(_seconds):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pair.rotate(killed)
    assert kid(signer.sign(SOMEBODY, [], SESSION, "en")) == first
    second = pair.rotate(lambda _: None)
    assert kid(signer.sign(SOMEBODY, [], SESSION, "en")) == second
    assert len(TokenVerifier.from_file(pair.verify_keys).key_set()["keys"]) == 3


def test_a_key_that_is_not_published_is_not_signed_with(pair, at_once, tmp_path):
    signer = signer_of(pair)
    first = kid(signer.sign(SOMEBODY, [], SESSION, "en"))
    strange = SigningKeys(tmp_path / "strange.pem", tmp_path / "strange.json")
    strange.make()
    strange.signing_key.replace(pair.signing_key)
    assert kid(signer.sign(SOMEBODY, [], SESSION, "en")) == first
    pair.signing_key.write_text("no key at all")
    assert kid(signer.sign(SOMEBODY, [], SESSION, "en")) == first


def test_a_key_set_that_is_broken_or_gone_for_a_moment_changes_nothing(pair, at_once):
    signer, verifier = signer_of(pair), TokenVerifier.from_file(pair.verify_keys)
    token, content = signer.sign(SOMEBODY, [], SESSION, "en"), pair.verify_keys.read_text()
    for broken in ("{", "[]", '{"keys": [{"kid": "x"}]}', '{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "!", "kid": "x"}]}'):
        pair.verify_keys.write_text(broken)
        assert verifier.claims(token)
    pair.verify_keys.unlink()
    assert verifier.claims(token)
    pair.verify_keys.write_text(content)
    assert verifier.claims(token)


def test_what_is_served_to_others_has_the_public_members_only(pair, at_once):
    pair.rotate(lambda _: None)
    served = TokenVerifier.from_file(pair.verify_keys).key_set()["keys"]
    assert len(served) == 2
    assert all(set(key) == {"kty", "crv", "x", "kid", "use", "alg"} for key in served)


def test_a_file_is_looked_at_once_a_second_however_often_it_is_used(tmp_path, monkeypatch):
    now, taken, file = [100.0], [], tmp_path / "file"
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    file.write_text("one")
    seen = key_files.WatchedFile(file, taken.append)
    file.write_text("another")
    seen.look()
    assert taken == [b"one"]
    now[0] += key_files.PAUSE_S
    for _ in range(3):
        seen.look()
    assert taken == [b"one", b"another"]
