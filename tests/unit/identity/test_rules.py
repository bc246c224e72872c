"""The rules of refresh tokens, addresses, application IDs and the signing key."""

import json
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.common.kernel import clock
from services.common.kernel.email_addresses import email_key
from services.common.kernel.ids import new_id
from services.common.kernel.references import Numbering
from services.common.security.token_hashing import digest, new_secret
from services.common.security.tokens import TokenVerifier
from services.common.settings import MissingSetting, Settings
from services.contracts.college import NumberSeries
from services.identity.accounts.numbering import read_application_id
from services.identity.sessions.sessions import Use, judge
from services.identity.sessions.signing import FileSigner, SigningKeyUnknown
from services.identity.settings import IdentitySettings

NOW = clock.now()
SOMEBODY = new_id()


@pytest.mark.parametrize(
    ("generation", "age_s", "use"),
    [
        (4, 0, Use.NEXT),
        (4, 86400, Use.NEXT),
        (3, 0, Use.REPEAT),
        (3, 10, Use.REPEAT),
        (3, 10.1, Use.REUSE),
        (2, 0, Use.REUSE),
        (1, 0, Use.REUSE),
    ],
)
def test_only_the_newest_token_and_for_ten_seconds_the_one_before_may_be_used(generation, age_s, use):
    assert judge(generation, 4, NOW - timedelta(seconds=age_s), NOW) is use


def test_addresses_are_the_same_whatever_the_case_or_the_way_a_letter_is_written():
    assert email_key(" Zoé@Example.ORG ") == email_key("zoe\u0301@example.org") != email_key("zoe@example.org")


@pytest.mark.parametrize("typed", ["A-0000007-G", "a0000007g", " a 0000007 G "])
def test_an_application_id_is_read_however_it_is_typed(typed):
    assert read_application_id(typed, NumberSeries(Numbering("A"), 1)) == "A-0000007-G"


@pytest.mark.parametrize("typed", ["A-0000007-H", "0000007", "", "B-0000007-G"])
def test_what_is_no_application_id_is_none(typed):
    assert read_application_id(typed, NumberSeries(Numbering("A"), 1)) is None


def test_a_secret_has_256_bits_and_is_kept_as_a_digest():
    one, other = new_secret(), new_secret()
    assert one != other
    assert len(one) == 43  # 32 bytes in base64url
    assert len(digest(one)) == 32
    assert digest(one) != digest(other)


def test_the_signer_uses_the_key_id_that_belongs_to_its_key(keys, tmp_path):
    key_set = json.loads(keys.verify_keys_file.read_text())
    both = tmp_path / "both.json"
    other = {**key_set["keys"][0], "kid": "other", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    both.write_text(json.dumps({"keys": [other, *key_set["keys"]]}))
    signer = FileSigner(keys.signing_key_file, both)
    assert signer.key_id == "test"
    assert TokenVerifier.from_file(both).claims(signer.sign(SOMEBODY, [], SOMEBODY, "en"))["sub"] == str(SOMEBODY)


def test_a_signing_key_that_nobody_could_verify_is_refused(keys, tmp_path):
    private, pem = Ed25519PrivateKey.generate(), tmp_path / "stranger.pem"
    pem.write_bytes(
        private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    with pytest.raises(SigningKeyUnknown, match="no public key"):
        FileSigner(pem, keys.verify_keys_file)


def test_a_setting_that_is_missing_is_named():
    with pytest.raises(MissingSetting, match="PUBLIC_URL"):
        IdentitySettings.read(Settings(component="identity", amqp_uri="", environment={}))
