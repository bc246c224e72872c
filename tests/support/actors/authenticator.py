"""A software authenticator: what a browser and a security key do together for `navigator.credentials` (WebAuthn, level 2)."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, HAS_CREDENTIAL = 0x01, 0x04, 0x40
ES256 = -7


def to_text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def to_bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    """One device with at most one passkey; `origin` is the page that asks, `verifies` whether it checks finger or PIN."""

    def __init__(self, origin: str = "http://college.test", verifies: bool = True) -> None:
        self.origin, self.verifies = origin, verifies
        self.count = 0
        self.credential_id, self._key = secrets.token_bytes(32), ec.generate_private_key(ec.SECP256R1())
        self._user_handle = ""

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Makes the passkey, as `create()` does; refuses if it has one already that the options exclude."""
        assert {"type": "public-key", "alg": ES256} in options["pubKeyCredParams"]
        if to_text(self.credential_id) in [one["id"] for one in options["excludeCredentials"]]:
            raise AssertionError("InvalidStateError: this device has a passkey of this account")
        self._user_handle = options["user"]["id"]
        credential = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + self._public_key()
        data = self._data(options["rp"]["id"], HAS_CREDENTIAL) + credential
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client_data("webauthn.create", options["challenge"])
        return self._answer(clientDataJSON=to_text(client), attestationObject=to_text(attestation))

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Signs the challenge, as `get()` does; each use counts."""
        allowed = [one["id"] for one in options["allowCredentials"]]
        assert not allowed or to_text(self.credential_id) in allowed
        self.count += 1
        data, client = self._data(options["rpId"]), self._client_data("webauthn.get", options["challenge"])
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=to_text(client),
            authenticatorData=to_text(data),
            signature=to_text(signature),
            userHandle=self._user_handle,
        )

    def _answer(self, **response: str) -> dict[str, Any]:
        name = to_text(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}

    def _data(self, rp_id: str, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _public_key(self) -> bytes:
        point = self._key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: ES256, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
