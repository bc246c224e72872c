"""How keys are written: whole or not at all, and the private ones never readable by others."""

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def pem(key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    """A private key as PEM (PKCS 8)."""
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def base64url(data: bytes) -> str:
    """Bytes as JSON Web Keys write them."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def write_private(path: Path, content: bytes) -> None:
    """Write a file that was never readable by others, not even for a moment, and is whole or absent."""
    _write(path, content, 0o600)


def write_public(path: Path, content: bytes) -> None:
    """Write a file that is whole or absent, also for whoever reads it at this moment."""
    _write(path, content, 0o644)


def _write(path: Path, content: bytes, mode: int) -> None:
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
    fresh.replace(path)
