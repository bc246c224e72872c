"""Keys that exist for one test run."""

import json
from pathlib import Path

import jwt
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.common.security.tokens import TokenSigner, TokenVerifier


class TestKeys:
    """A signing key with its public set, sealing keys and the key of cookies."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        private = Ed25519PrivateKey.generate()
        pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        self.signing_key_file = folder / "signing.pem"
        self.signing_key_file.write_bytes(pem)
        jwk = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(private.public_key()))
        self.verify_keys_file = folder / "verify.json"
        self.verify_keys_file.write_text(json.dumps({"keys": [{**jwk, "kid": "test", "use": "sig", "alg": "EdDSA"}]}))
        self.sealing_key = Fernet.generate_key().decode()
        self.factors_key = Fernet.generate_key().decode()
        self.cookie_key = Fernet.generate_key().decode()
        self.signer = TokenSigner(pem, "test")
        self.verifier = TokenVerifier.from_file(self.verify_keys_file)
