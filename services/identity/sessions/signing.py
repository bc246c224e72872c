"""The signer of access tokens: follows its key file, so that an operator changes the signing key without a stop."""

import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt.algorithms import OKPAlgorithm

from services.common.security.key_files import WatchedFile
from services.common.security.tokens import TokenSigner

BEARER = "Bearer"  # the kind of all our tokens: whoever bears one is let in (RFC 6750)


class SigningKeyUnknown(RuntimeError):
    """The set of public keys lacks the one that belongs to the signing key: nobody could verify our tokens."""


class FileSigner(TokenSigner):
    """Signs with the private key (PEM) in a file, under the key id that its public half has in the key set.

    A new key is taken as soon as it is seen, at most a second after the file was replaced. One whose public half is not published is
    not: raises SigningKeyUnknown at the start, and goes on with the old key later.
    """

    def __init__(self, signing_key: Path, verify_keys: Path) -> None:
        self._verify_keys = verify_keys
        self._file = WatchedFile(signing_key, self._take_key)

    def _take_key(self, pem: bytes) -> None:
        key = load_pem_private_key(pem, None)
        if not isinstance(key, Ed25519PrivateKey):
            raise SigningKeyUnknown("the signing key is not an Ed25519 key")
        ours = OKPAlgorithm.to_jwk(key.public_key(), as_dict=True)["x"]
        public_keys = json.loads(self._verify_keys.read_text())["keys"]
        key_id = next((public_key["kid"] for public_key in public_keys if public_key.get("x") == ours), None)
        if key_id is None:
            raise SigningKeyUnknown(
                f"{self._verify_keys} has no public key for the signing key: add it, or give the key it belongs to"
            )
        super().__init__(pem, key_id)

    def _signed(self, claims: dict[str, Any], issued: int) -> str:
        self._file.look()
        return super()._signed(claims, issued)
