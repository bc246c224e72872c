"""The pair of keys that access tokens are signed and verified with, and how it is changed while everything runs."""

import hashlib
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from deploy.local.tools.key_files import base64url, pem, write_private, write_public
from services.common.security.tokens import LONGEST_LIFE_S

LEARNING_S = 5.0  # verifiers look at the set once a second, or when they are next asked
_SPARE = timedelta(minutes=1)  # a signer may be a moment late, and clocks differ
_NO_MORE = "signed_until"  # a member of our own (RFC 7517, section 4); what is served to others does not have it


class SigningKeys:
    """The file of the private key (PEM) and that of the public set (JSON Web Key Set)."""

    def __init__(self, signing_key: Path, verify_keys: Path) -> None:
        self.signing_key, self.verify_keys = signing_key, verify_keys

    def make(self) -> None:
        """Make the first pair where there is none."""
        if not (self.signing_key.exists() and self.verify_keys.exists()):
            key = Ed25519PrivateKey.generate()
            write_private(self.signing_key, pem(key))
            self._publish([_public(key)])

    def rotate(self, wait: Callable[[float], object] = time.sleep) -> str:
        """Sign with a new key from now on, without a stop; gives its id.

        The public half is published first. Only when every verifier has had the time to learn it is the private half put into its
        place, at once and whole. Killed in between, the old key goes on signing, and the next change begins anew.
        """
        self._note_those_that_sign_no_more()
        key = Ed25519PrivateKey.generate()
        public = _public(key)
        self._publish([public, *self._published()])
        wait(LEARNING_S)
        write_private(self.signing_key, pem(key))
        self._note_those_that_sign_no_more()
        return str(public["kid"])

    def retire(self) -> tuple[list[str], list[str]]:
        """Drop the public keys of which no valid token can be left; gives the ids of those dropped, and of old ones that stay."""
        self._note_those_that_sign_no_more()
        signed_before = datetime.now(UTC) - timedelta(seconds=LONGEST_LIFE_S) - _SPARE
        old = {key["kid"]: datetime.fromisoformat(key[_NO_MORE]) for key in self._published() if _NO_MORE in key}
        dropped = [key_id for key_id, until in old.items() if until < signed_before]
        if dropped:
            self._publish([key for key in self._published() if key["kid"] not in dropped])
        return dropped, [key_id for key_id in old if key_id not in dropped]

    def _note_those_that_sign_no_more(self) -> None:
        now, signing, keys = datetime.now(UTC).isoformat(), _key_id(self._private()), self._published()
        if any(key["kid"] != signing and _NO_MORE not in key for key in keys):
            self._publish([key if key["kid"] == signing else {_NO_MORE: now, **key} for key in keys])

    def _private(self) -> Ed25519PrivateKey:
        key = load_pem_private_key(self.signing_key.read_bytes(), None)
        assert isinstance(key, Ed25519PrivateKey)  # noqa: S101 - we made it
        return key

    def _published(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.verify_keys.read_text())["keys"]
        return found

    def _publish(self, keys: list[dict[str, Any]]) -> None:
        write_public(self.verify_keys, json.dumps({"keys": keys}, indent=1).encode())


def _public(key: Ed25519PrivateKey) -> dict[str, Any]:
    return {"kty": "OKP", "crv": "Ed25519", "x": _x(key), "kid": _key_id(key), "use": "sig", "alg": "EdDSA"}


def _key_id(key: Ed25519PrivateKey) -> str:
    # RFC 7638: who holds the private key can compute the same identifier from it.
    canonical = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": _x(key)}, separators=(",", ":"), sort_keys=True)
    return base64url(hashlib.sha256(canonical.encode()).digest())


def _x(key: Ed25519PrivateKey) -> str:
    return base64url(key.public_key().public_bytes_raw())
