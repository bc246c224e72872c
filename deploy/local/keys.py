"""The keys and secrets of one site, made once and kept in files only the site's user may read."""

import base64
import datetime
import hashlib
import json
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

_SEAL_NAME = "Development seal of the college"
_SEAL_VALIDITY = datetime.timedelta(days=3650)


class Keys:
    """The key files and secrets under a site's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "keys"
        self.signing_key = self.folder / "signing.pem"
        self.verify_keys = self.folder / "verify.jwks.json"
        self.seal_certificate = self.folder / "seal.crt.pem"
        self.seal_key = self.folder / "seal.key.pem"
        self._secrets = folder / "secrets.json"

    def make(self, services: Iterable[str], users: Iterable[str] = ()) -> None:
        """Make what is missing; what exists is kept, so that tokens, sealed values and passwords stay good."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (self.signing_key.exists() and self.verify_keys.exists()):
            self._make_signing_pair()
        if not (self.seal_certificate.exists() and self.seal_key.exists()):
            self._make_seal()
        known = self.secrets() if self._secrets.exists() else {}
        fresh = {
            "SEALING_KEY": Fernet.generate_key().decode(),
            "FACTORS_KEY": Fernet.generate_key().decode(),
            "PAYMENT_API_KEY": "key_" + secrets.token_urlsafe(24),
            "PAYMENT_WEBHOOK_SECRET": "whsec_" + secrets.token_urlsafe(24),
            **{f"password:{service}": secrets.token_urlsafe(24) for service in services},
            **{f"broker:{user}": secrets.token_urlsafe(24) for user in users},
        }
        if not fresh.keys() <= known.keys():
            _write_private(self._secrets, json.dumps(fresh | known, indent=1).encode())

    def secrets(self) -> dict[str, str]:
        """Secrets by name; a database role's password is `password:<service>`, that of a broker's user `broker:<component>`."""
        found: dict[str, str] = json.loads(self._secrets.read_text())
        return found

    def _make_signing_pair(self) -> None:
        key = Ed25519PrivateKey.generate()
        x = _base64url(key.public_key().public_bytes_raw())
        # RFC 7638: who holds the private key can compute the same identifier from it.
        canonical = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, separators=(",", ":"), sort_keys=True)
        identifier = _base64url(hashlib.sha256(canonical.encode()).digest())
        public = {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": identifier, "use": "sig", "alg": "EdDSA"}
        _write_private(self.signing_key, _pem(key))
        self.verify_keys.write_text(json.dumps({"keys": [public]}, indent=1))

    def _make_seal(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _SEAL_NAME)])
        now = datetime.datetime.now(datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            # A clock behind ours must not find the seal not yet valid.
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + _SEAL_VALIDITY)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_signs_documents(), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        _write_private(self.seal_key, _pem(key))
        self.seal_certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _signs_documents() -> x509.KeyUsage:
    others = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(digital_signature=True, content_commitment=True, **others)


def _pem(key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that was never readable by others, not even for a moment, and is whole or absent."""
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    fresh.replace(path)
